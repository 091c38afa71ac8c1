import { join } from 'path';
import { Candidate, compare } from './lib/compare';
import { get } from './lib/load';
import { table } from './lib/table';
import { Pod } from './state/pod';
import { ValkeyServer } from './state/valkey-server';
import { findNode } from '../src/local/binaries/node';

const ASSETS = join(__dirname, '../assets');
const ROUNDS = 9;
const CONNECTIONS = 16;
const USERS = Array.from({ length: 1000 }, (_, n) => `user-${n}`);

/** What a function does, by its path, in several ways; the first of each is what the others are compared with. */
const WORKS = {
  reads: {
    requests: 30_000,
    ways: {
      'without state': 'await 7',
      'State.local': 'await state.get(user)',
      'State.shared, of a Valkey': 'await shared.get(user)',
      'a Valkey by hand': "Number(await call('GET', user))",
    },
  },
  increments: {
    requests: 5_000,
    ways: {
      'without state, in a Map': 'await counts.set(user, (counts.get(user) ?? 7) + 1).get(user)',
      'State.local': 'await state.increment(user)',
      'State.shared, of a Valkey': 'await shared.increment(user)',
      'a Valkey by hand': "Number(await call('INCR', user))",
    },
  },
} as const;

const pathOf = (work: string, name: string) => `/${work}/${name.replace(/\W/g, '-')}`;

/** One function for all: of two processes, none is as fast as the other, since V8 compiles each as it sees fit. */
function handlerSource(): string {
  const ways = Object.entries(WORKS).flatMap(([work, { ways: some }]) => Object.entries(some).map(([name, count]) => (
    `  '${pathOf(work, name)}': async ({ query: { user } }, { state }) => ({ user, count: ${count} }),`
  )));
  return [
    `import { open } from '${join(ASSETS, 'state-valkey.mjs')}';`,
    'const port = Number(process.env.VALKEY_PORT);',
    "const config = { kind: 'shared', host: '127.0.0.1', port, prefix: 'bench', timeout: 2_000 };",
    'const shared = await open(config, { log: console, env: process.env, now: Date.now });',
    'const counts = new Map();',
    'const ways = {',
    ...ways,
    "  '/set': async ({ query: { user } }, { state }) => {",
    '    await state.set(user, 7);',
    '    await shared.set(user, 7);',
    "    await call('SET', user, '7');",
    '  },',
    '};',
    'export default (request, context) => ways[request.path](request, context);',
  ].join('\n');
}

/** CPU time of a function that reads state, and of one that changes it, against the same without. */
export default async function state(): Promise<void> {
  const node = await findNode();
  const host = `127.78.${process.pid % 250}.1`;
  const valkey = await ValkeyServer.start();
  let pod: Pod | undefined;
  try {
    pod = await Pod.start(node.program, host, handlerSource(), valkey);
    for (const user of USERS) await fetch(`http://${host}:8080/set?user=${user}`);
    for (const [work, { requests, ways }] of Object.entries(WORKS)) {
      const candidates: Candidate[] = Object.keys(ways).map((name) => ({
        name,
        load: {
          host,
          port: 8080,
          connections: CONNECTIONS,
          messages: USERS.map((user) => get(`${pathOf(work, name)}?user=${user}`)),
        },
        processes: name.includes('Valkey') ? [...pod!.processes, ...valkey.processes] : pod!.processes,
      }));
      const costs = await compare(candidates, { rounds: ROUNDS, requests });
      console.log(table(
        [`${work}, Node ${node.version}`, 'µs CPU a request', 'of the first', 'goal', 'p50 ms', 'p99 ms'],
        costs.map(({ name, cpu, ratio, p50, p99 }) => [
          name, cpu.toFixed(1), (1 / ratio).toFixed(2), work === 'reads' && name === 'State.local' ? '≤ 1.15' : '',
          p50.toFixed(2), p99.toFixed(2),
        ]),
      ));
      console.log(`medians of ${ROUNDS} rounds of ${requests} requests each over ${CONNECTIONS} connections\n`);
    }
  } finally {
    await pod?.stop();
    await valkey.stop();
  }
  console.log('what is written is on the disk when it is confirmed (of Valkey, with appendfsync always); the CPU time '
    + 'of Valkey counts');
}
