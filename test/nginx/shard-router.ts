import { readFileSync } from 'fs';
import { Agent, request } from 'http';
import { join } from 'path';
import { Nginx } from './nginx';
import { Code } from '../../src/code/code';
import { HTTP } from '../../src/nginx/dialect';
import { scriptEngine, scriptModule } from '../../src/nginx/scripting';
import { shardLines } from '../../src/nginx/shard-route';
import { plainJson } from '../../src/nginx/text';
import { passBy } from '../../src/nginx/way-lines';
import { KeySpec } from '../../src/sharding/key-spec';
import { ownerOf } from '../../src/sharding/owner';
import { pcreOf } from '../../src/sharding/pcre';
import { rangesOf } from '../../src/sharding/ranges';
import { moduleOf } from '../code/help';

export const SHARDS = 7;
const started = new Map<string, Promise<Nginx>>();
const agent = new Agent({ keepAlive: true });

afterAll(async () => {
  agent.destroy();
  await Promise.all([...started.values()].map(async (nginx) => (await nginx).stop()));
});

/**
 * A real nginx that answers each request with the key it saw and the shard it chose: one for each key of a test file.
 *
 * @param code the function of a function key
 * @param router in place of our script
 */
export function routerFor(key: KeySpec, code?: string, router?: string): Promise<Nginx> {
  const id = JSON.stringify([key, code, router]);
  if (!started.has(id)) started.set(id, start(key, code, router));
  return started.get(id)!;
}

async function start(key: KeySpec, code?: string, router?: string): Promise<Nginx> {
  const { script, variables, locations: locationsOf } = shardLines({ kind: 'shard', key, windows: rangesOf(SHARDS) });
  const asset = (name: string) => readFileSync(join(__dirname, '../../assets', name), 'utf8');
  const files: Record<string, string> = script ? {
    'router.js': router ?? asset(script.program),
    'config.js': `export default ${plainJson({ shards: SHARDS, ...script.config })};`,
    ...code && { 'budget.js': asset('router-budget.js'), 'key.js': moduleOf(Code.fromInline(code), 'njs') },
  } : {};
  // The same variables and locations as in a pod, but for the passing on.
  const locations = locationsOf({ groups: ['up-0'], passes: [passBy(undefined, false, HTTP)], dialect: HTTP, always: [] }).filter((line) => !line.includes('proxy_hide_header'))
    .map((line) => line.replace(/proxy_pass .*/, 'return 200 $shard_key;'));
  return Nginx.start(scriptModule(script !== undefined), [
    'large_client_header_buffers 4 64k;', 'keepalive_requests 100000;',
    ...(script?.runs === 'body'
      ? ['client_max_body_size 8m;', 'client_body_buffer_size 8m;', 'client_body_in_single_buffer on;']
      : []),
    ...scriptEngine(script !== undefined), ...variables, 'server {', 'listen LISTEN;', ...locations, '}',
  ], files);
}

/** A key from the path, as `ShardKey.fromPath` makes it. */
export function pathKey(regex: string): KeySpec {
  return { from: 'path', regex, pcre: pcreOf(regex) };
}

export interface Answer { status: number; shard: string | undefined; body: string }

/** A request with full control over its bytes: header values and target are sent as latin1. */
export function send(
  nginx: Nginx,
  target: string,
  headers: Record<string, string | string[]> = {},
  body?: string | Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host: '127.0.0.1', port: nginx.port, path: target, method, headers, agent }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part) => parts.push(part)).on('end', () => resolve({
        status: res.statusCode!,
        shard: res.headers['x-shard'] as string | undefined,
        body: Buffer.concat(parts).toString(),
      })).on('error', reject);
    }).on('error', reject);
    sent.end(body);
  });
}

/** Text as the bytes of its UTF-8, a character each: what `send` sends in a header or target. */
export const bytesOf = (text: string) => Buffer.from(text).toString('latin1');

/** What a router must have answered for a key. */
export const owned = (key: string): Answer => ({ status: 200, shard: `${ownerOf(key, SHARDS)}`, body: key });

/** The status and the detail of a problem. */
export const problemOf = ({ status, body }: Answer) => [status, JSON.parse(body).detail];
