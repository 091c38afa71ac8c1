import { join } from 'path';
import { Leaves, itemsOf, pathOf, Size } from './leaves';
import { njs } from './njs';
import { ROOT, rootConfig } from './root';
import { compare } from '../lib/compare';
import { get } from '../lib/load';
import { Nginx } from '../lib/nginx';
import { guarded, NodeProgram, versionOf } from '../lib/node-program';
import { table } from '../lib/table';

const ROUNDS = 9;
const CONNECTIONS = 8;
/** Such as a client behind a gateway sends. */
const HEADERS = {
  'user-agent': 'bench/1.0',
  'accept': 'application/json',
  'accept-language': 'en-GB,en;q=0.9',
  'x-request-id': '0123456789abcdef',
};

/** Asks each leaf for another part, as a function by id or by page does. */
const SCATTER = 'export default ({ path }, { index, count }) => ({ path, query: { part: index, of: count } });\n';

interface Contender {
  readonly name: string;
  readonly host: string;
  readonly running: NodeProgram | Nginx;
  /** The name of the one that uses node:http's Agent on the same Node. */
  readonly agent?: string;
  /** The name of the same without a scatter function. */
  readonly plain?: string;
}

/**
 * A table of what a request costs the root, and what it costs other programs that ask the same leaves for the same
 * answer.
 */
export async function cost(leaves: Leaves, nodes: readonly string[], size: Size, requests: number): Promise<string> {
  const contenders: Contender[] = [];
  try {
    for await (const contender of start(leaves, nodes)) {
      contenders.push(contender);
      await check(contender, leaves, size);
    }
    const costs = await compare(contenders.map(({ name, host, running }) => ({
      name,
      load: {
        host,
        port: 8080,
        connections: CONNECTIONS,
        messages: [get(pathOf(size), HEADERS)],
      },
      processes: running.processes,
    })), { rounds: ROUNDS, requests });
    const [{ cpu: ofNjs }] = costs;
    return table([
      `${leaves.hosts.length} leaves of ${size}`,
      'µs CPU a request',
      'of njs',
      'of the Agent',
      'of no function',
      'p50 ms',
      'p99 ms',
    ], costs.map(({ name, cpu, p50, p99 }, at) => {
      const [agent, plain] = [contenders[at].agent, contenders[at].plain].map((name_) => (
        costs.find((other) => other.name === name_)
      ));
      return [
        name,
        Math.round(cpu),
        (cpu / ofNjs).toFixed(2),
        agent ? (cpu / agent.cpu).toFixed(2) : '',
        plain ? (cpu / plain.cpu).toFixed(2) : '',
        p50.toFixed(1),
        p99.toFixed(1),
      ];
    })) + `\nmedians of ${ROUNDS} rounds of ${requests} requests each over ${CONNECTIONS} connections; `
      + 'the goal for the root: 1.00 of njs at 100 B, or 0.40 of the Agent, and with a '
      + 'scatter function 1.30 of itself without';
  } finally {
    await Promise.all(contenders.map(({ running }) => running.stop()));
  }
}

/** Starts them one by one, njs first. */
async function* start({ hosts }: Leaves, nodes: readonly string[]): AsyncGenerator<Contender> {
  const network = hosts[0].replace(/\d+$/, '');
  let last = hosts.length;
  const address = () => ({ host: `${network}${++last}`, port: 8080 });
  const front = address();
  yield { name: 'nginx njs subrequests', host: front.host, running: await njs(front, hosts) };
  const config = rootConfig(hosts);
  for (const node of nodes) {
    const version = `Node ${versionOf(node)}`;
    const agent = `node:http Agent, ${version}`;
    const program = async (name: string, file: string, options?: readonly string[]): Promise<Contender> => {
      const { host, port } = address();
      return { name, host, running: await NodeProgram.start(node, file, config, { host, port }, options), agent };
    };
    const plain = `ScatterGather's root, ${version}`;
    yield program(agent, join(__dirname, 'agent.mjs'));
    yield program(`undici, ${version}`, join(__dirname, 'undici.mjs'));
    yield program(plain, ROOT, guarded(node, ROOT));
    const { host, port } = address();
    const running = await NodeProgram.start(
      node, ROOT, { ...config, scatter: 'scatter.mjs' }, { host, port }, guarded(node, ROOT), {},
      { 'scatter.mjs': SCATTER },
    );
    yield { name: `with a scatter function, ${version}`, host, running, agent, plain };
  }
}

/** @throws where its answer is not, byte for byte, what all must answer */
async function check({ name, host }: Contender, leaves: Leaves, size: Size): Promise<void> {
  const answer = await (await fetch(`http://${host}:8080${pathOf(size)}`, { headers: HEADERS })).text();
  const expected = JSON.stringify(leaves.hosts.flatMap((_, leaf) => itemsOf(leaf, size)));
  if (answer !== expected) {
    throw new Error(`${name} answers ${answer.slice(0, 200)}… and not ${expected.slice(0, 200)}…`);
  }
}
