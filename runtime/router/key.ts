import config from 'config.js';
import type { NjsRequest } from './njs';
import { Problem } from '../shared/problem';
import { isWellFormed } from '../shared/text';

const TITLES: { [status: number]: string } = {
  400: 'Bad Request',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
};

/** Finds the key of a request. Throws a Problem where there is none. */
type KeyOf = (r: NjsRequest) => string;

/**
 * A text as `$shard_key`. Throws a 400 where it has no UTF-8 of its own: half a character (a lone surrogate) would
 * meet another key's shard.
 */
function checkedKey(text: string): string {
  if (!isWellFormed(text)) {
    throw new Problem(400, 'the key is not valid Unicode text: it holds half of a surrogate pair');
  }
  return text;
}

/**
 * The value of a variable that holds a key. It is empty where there is none, and then `$shard_missing` or
 * `$shard_failure` says why.
 */
export function keyVariable(r: NjsRequest, keyOf: KeyOf): string | Uint8Array {
  try {
    const text = checkedKey(keyOf(r));
    // nginx would end a text at the first NUL, but not bytes.
    return text.includes('\0') ? Buffer.from(text) : text;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (config.shards === undefined) return '';
    r.variables[error.status === 500 ? 'shard_failure' : 'shard_missing'] = JSON.stringify(error.detail).slice(1, -1);
    return '';
  }
}

/** Hands a request on to the shard that owns its key, or answers why it has none. */
export function routeByKey(r: NjsRequest, keyOf: KeyOf): void {
  try {
    passOn(r, checkedKey(keyOf(r)));
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (config.shards === undefined) return passOn(r, '');
    const { status, detail, headers } = error;
    r.headersOut['Content-Type'] = 'application/problem+json';
    for (let i = 0; i < headers.length; i += 2) r.headersOut[headers[i]] = headers[i + 1];
    r.return(status, JSON.stringify({ type: 'about:blank', title: TITLES[status], status, detail }));
  }
}

function passOn(r: NjsRequest, key: string): void {
  r.variables.shard_key = key;
  r.internalRedirect('@shard');
}
