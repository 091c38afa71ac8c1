import { Candidate, compare } from './lib/compare';
import { get } from './lib/load';
import { table } from './lib/table';
import { Pod } from './state/pod';
import { ValkeyServer } from './state/valkey-server';
import { findNode } from '../src/local/binaries/node';

const ROUNDS = 9;
const CONNECTIONS = 16;
const USERS = Array.from({ length: 1000 }, (_, n) => `user-${n}`);

/** What functions do, each in several ways; the first is what the others are compared with. */
const WORKS = {
  reads: {
    requests: 20_000,
    ways: {
      'without state': ['await 7', '0'],
      'without state, synchronous': ['7', '0'],
      'State.local': ['await state.get(user)', 'await state.set(user, 7)'],
      'a Valkey by hand': ["Number(await call('GET', user))", "await call('SET', user, '7')"],
    },
  },
  increments: {
    requests: 5_000,
    ways: {
      'without state: a Map': ['await counts.set(user, counts.get(user) + 1).get(user)', 'counts.set(user, 7)'],
      'State.local': ['await state.increment(user)', 'await state.set(user, 7)'],
      'a Valkey by hand': ["Number(await call('INCR', user))", "await call('SET', user, '7')"],
    },
  },
} as const;

/** A handler that answers with a count, which a PUT has set to 7 before. */
function handlerOf(name: string, [count, put]: readonly [string, string]): string {
  const [isAsync, context] = [/await/.test(count) ? 'async ' : '', name === 'State.local' ? ', { state }' : ''];
  return `const put = async (user${context}) => { ${put}; };\n`
    + `export default ${isAsync}({ method, query: { user } }${context}) => (\n`
    + `  method === 'PUT' ? put(user${context}) : { user, count: ${count} }\n);\n`;
}

/** CPU time of a function that reads state, and of one that changes it, against the same without. */
export default async function state(): Promise<void> {
  const node = await findNode();
  for (const [work, { requests, ways }] of Object.entries(WORKS)) {
    const valkey = await ValkeyServer.start();
    const pods: Pod[] = [];
    try {
      const candidates: Candidate[] = [];
      for (const [name, way] of Object.entries(ways)) {
        const host = `127.78.${process.pid % 250}.${candidates.length + 1}`;
        const pod = await Pod.start(node.program, host, handlerOf(name, way), valkey);
        pods.push(pod);
        for (const user of USERS) await fetch(`http://${host}:8080/?user=${user}`, { method: 'PUT' });
        const messages = USERS.map((user) => get(`/?user=${user}`));
        const load = { host, port: 8080, connections: CONNECTIONS, messages };
        const processes = name.includes('Valkey') ? [...pod.processes, ...valkey.processes] : pod.processes;
        candidates.push({ name, load, processes });
      }
      const costs = await compare(candidates, { rounds: ROUNDS, requests });
      console.log(table(
        [`${work}, Node ${node.version}`, 'µs CPU a request', 'of the first', 'goal', 'p50 ms', 'p99 ms'],
        costs.map(({ name, cpu, ratio, p50, p99 }) => [
          name, cpu.toFixed(1), (1 / ratio).toFixed(2), work === 'reads' && name === 'State.local' ? '≤ 1.15' : '',
          p50.toFixed(2), p99.toFixed(2),
        ]),
      ));
      console.log(`medians of ${ROUNDS} rounds of ${requests} requests each over ${CONNECTIONS} connections\n`);
    } finally {
      await Promise.all(pods.map((pod) => pod.stop()));
      await valkey.stop();
    }
  }
  console.log('the first is async as well; what is written is on the disk when it is confirmed (of Valkey, with '
    + 'appendfsync always); the CPU time of Valkey counts');
}
