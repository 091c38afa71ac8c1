import { spent, start } from 'budget.js';
import config from 'config.js';
import userKey from 'key.js';
import { keyVariable, routeByKey } from './key';
import type { NjsRequest } from './njs';
import { shardRequest } from './shard-request';
import { Problem } from '../shared/problem';
import { shown } from '../shared/shown';

/** `$shard_key`, for a function that does not need the body. */
function key(r: NjsRequest): string | Uint8Array {
  return keyVariable(r, withoutBody);
}

/** Routes by a function that needs the body. */
function route(r: NjsRequest): void {
  routeByKey(r, withBody);
}

function withoutBody(r: NjsRequest): string {
  return keyOf(r, false);
}

function withBody(r: NjsRequest): string {
  return keyOf(r, true);
}

function keyOf(r: NjsRequest, bodyWasRead: boolean): string {
  const result = call(r, bodyWasRead);
  if (result === undefined || result === null || result === '') throw new Problem(400, 'the request has no key');
  if (typeof result === 'string') return result;
  if (Number.isSafeInteger(result) && (result as number) >= 0) {
    if (config.shards === undefined) return String(result);
    r.variables.shard_number = String((result as number) % config.shards);
    return '#';
  }
  throw failure(
    `the sharding function returned ${shown(result)}: it must return a text, or a whole number from 0 to 2^53 - 1`,
  );
}

function call(r: NjsRequest, bodyWasRead: boolean): unknown {
  start();
  try {
    const result = userKey(shardRequest(r, bodyWasRead));
    // It may have caught the error, and what it made of that is no key.
    if (spent()) throw new Error('it caught the error of taking too long');
    return result;
  } catch (error) {
    // What it asked for is malformed: that is the client's failure.
    if (error instanceof Problem && !spent()) throw error;
    const what = spent() ? 'the sharding function took too long' : 'the sharding function failed';
    r.error(`${what}: ${error instanceof Error ? `${error.message}\n${error.stack}` : `it threw ${shown(error)}`}`);
    throw failure(what);
  }
}

function failure(detail: string): Problem {
  return new Problem(500, detail);
}

export default { key, route };
