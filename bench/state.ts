import { readFileSync, rmSync } from 'fs';
import { join } from 'path';
import { compare, costTable, ROUNDS } from './lib/compare';
import { functionServer } from './lib/function-server';
import { get } from './lib/load';
import { folderWith, Program } from './lib/program';
import type { Section, Table } from './lib/section';
import { valkeyServer } from './state/valkey-server';
import { findNode } from '../src/local/binaries/node';

const ASSETS = join(__dirname, '../assets');
const BY_HAND = readFileSync(join(__dirname, 'state/by-hand.mjs'), 'utf8');
const CONNECTIONS = 16;
const USERS = Array.from({ length: 1000 }, (_, n) => `user-${n}`);

/** What a function does, by its path, in several ways; the first of each is what the others are compared with. */
const WORKS = {
  reads: {
    requests: 5_000,
    ways: {
      'without state': 'await 7',
      'State.local': 'await state.get(user)',
      'State.shared, of a Valkey': 'await shared.get(user)',
      'a Valkey by hand': "Number(await call('GET', user))",
    },
  },
  increments: {
    requests: 2_000,
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
    BY_HAND,
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

/** CPU time of a function that reads state, and of one that changes it, beside the same without. */
export default async function state(): Promise<Section[]> {
  const { program: node, version } = await findNode();
  const host = `127.78.${process.pid % 250}.1`;
  const valkey = await valkeyServer();
  const folder = folderWith('state');
  let pod: Program | undefined;
  try {
    pod = await functionServer({
      node,
      address: { host, port: 8080 },
      code: handlerSource(),
      state: { kind: 'local', folder: 'STATE_FOLDER', size: 2 ** 30 },
      env: { STATE_FOLDER: folder, VALKEY_PORT: String(valkey.port) },
    });
    for (const user of USERS) await fetch(`http://${host}:8080/set?user=${user}`);
    const tables: Table[] = [];
    for (const [work, { requests, ways }] of Object.entries(WORKS)) {
      const names = Object.keys(ways);
      const costs = await compare(names.map((name) => ({
        name,
        load: {
          host,
          port: 8080,
          connections: CONNECTIONS,
          messages: USERS.map((user) => get(`${pathOf(work, name)}?user=${user}`)),
        },
        processes: name.includes('Valkey') ? [...pod!.processes, ...valkey.program.processes] : pod!.processes,
        goal: work === 'reads' && name === 'State.local' ? { atMost: 1.15, of: names[0] } : undefined,
      })), { requests });
      tables.push(costTable(work, costs, [names[0]]));
    }
    return [{
      title: 'State',
      about: `A function on Node ${version} reads or increments a number of one of ${USERS.length} users. What is `
        + 'written is on the disk when it is confirmed (in the Valkey by appendfsync always). The CPU time of the '
        + `Valkey counts. ${ROUNDS} rounds of ${WORKS.reads.requests} reads and ${WORKS.increments.requests} `
        + `increments over ${CONNECTIONS} connections.`,
      tables,
    }];
  } finally {
    await pod?.stop();
    await valkey.program.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
