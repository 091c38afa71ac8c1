import { spawn } from 'child_process';
import { once } from 'events';
import { join } from 'path';
import { json } from 'stream/consumers';

/** What a load sends. */
export interface LoadSpec {
  readonly host: string;
  readonly port: number;
  /** Kept-alive connections, each with one request at a time. */
  readonly connections: number;
  /** How many requests in all. */
  readonly requests: number;
  /** Whole requests as they go over the wire; sent in turn. */
  readonly messages: readonly string[];
}

/** What came of it. */
export interface LoadResult {
  /** Answers by their status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Milliseconds within which half of the answers came. */
  readonly p50: number;
  /** Milliseconds within which 99 of 100 answers came. */
  readonly p99: number;
  /** Milliseconds that the last of all answers took. */
  readonly slowest: number;
}

/** Sends requests from a process of its own, so that its work is not counted as anybody else's. */
export async function load(spec: LoadSpec): Promise<LoadResult> {
  const client = spawn(
    process.execPath, ['--import', 'tsx', join(__dirname, 'load-client.ts')], { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(client, 'close');
  client.stdin.end(JSON.stringify(spec));
  const result = await json(client.stdout).catch(() => undefined);
  const [code] = await ended;
  if (code !== 0) throw new Error(`the load client ended with ${code}`);
  return result as LoadResult;
}

/** A GET as it goes over the wire. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return [
    `GET ${path} HTTP/1.1`,
    'host: bench',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join(
    '\r\n',
  );
}
