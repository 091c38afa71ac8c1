import { join } from 'path';
import { Leaves, itemsOf, pathOf, Size } from './leaves';
import { njs } from './njs';
import { ROOT, rootConfig } from './root';
import { compare, costTable } from '../lib/compare';
import type { Address } from '../lib/listening';
import { get } from '../lib/load';
import { guarded, nodeProgram } from '../lib/node-program';
import type { Program } from '../lib/program';
import type { Table } from '../lib/section';

export const CONNECTIONS = 8;
/** Fewer than elsewhere, because there are 45 candidates. */
export const COST_ROUNDS = 3;
/** Such as a client behind a gateway sends. */
const HEADERS = {
  'user-agent': 'bench/1.0',
  'accept': 'application/json',
  'accept-language': 'en-GB,en;q=0.9',
  'x-request-id': '0123456789abcdef',
};

/** Asks each leaf for another part, as a function by id or by page does. */
const SCATTER = 'export default ({ path }, { index, count }) => ({ path, query: { part: index, of: count } });\n';

interface Contender { readonly name: string; readonly host: string; readonly running: Program }

/** What a request costs the root, and what it costs other programs that ask the same leaves for the same answer. */
export async function cost(leaves: Leaves, node: string, size: Size): Promise<Table> {
  const contenders: Contender[] = [];
  try {
    const network = leaves.hosts[0].replace(/\d+$/, '');
    for (const [at, [name, start]] of contendersFor(leaves, node).entries()) {
      const host = `${network}${leaves.hosts.length + 1 + at}`;
      contenders.push({ name, host, running: await start({ host, port: 8080 }) });
      await check(contenders[at], leaves, size);
    }
    const costs = await compare(contenders.map(({ name, host, running }) => ({
      name,
      load: { host, port: 8080, connections: CONNECTIONS, messages: [get(pathOf(size), HEADERS)] },
      processes: running.processes,
    })), { rounds: COST_ROUNDS, requests: requestsFor(leaves.hosts.length, size) });
    const others = contenders.slice(0, 3).map(({ name }) => name);
    return costTable(`${leaves.hosts.length} leaves of ${size}`, costs, others);
  } finally {
    await Promise.all(contenders.map(({ running }) => running.stop()));
  }
}

/** So many that a round takes about half a second for each candidate. */
function requestsFor(leaves: number, size: Size): number {
  const milliseconds = leaves * { '100 B': 0.05, '10 KB': 0.15, '100 KB': 1.2 }[size];
  return Math.max(20, Math.round(500 / milliseconds / 10) * 10);
}

/** Those that are compared, the root last. */
function contendersFor({ hosts }: Leaves, node: string): (readonly [string, (where: Address) => Promise<Program>])[] {
  // The answers of 50 leaves to 8 clients are more than a root of default memory holds.
  const config = rootConfig(hosts, { maxHeldSize: 2 ** 30 });
  const options = guarded(node, ROOT);
  const byHand = (file: string) => (address: Address) => (
    nodeProgram({ node, file: join(__dirname, file), address, config })
  );
  return [
    ['node:http', byHand('agent.mjs')],
    ['undici', byHand('undici.mjs')],
    ['nginx njs', (address) => njs(address, hosts)],
    ['ScatterGather', (address) => nodeProgram({ node, file: ROOT, address, config, options })],
    ['ScatterGather, with a scatter function', (address) => nodeProgram({
      node,
      file: ROOT,
      address,
      config: { ...config, scatter: 'scatter.mjs' },
      options,
      files: { 'scatter.mjs': SCATTER },
    })],
  ];
}

/** @throws where its answer is not, byte for byte, what all must answer */
async function check({ name, host }: Contender, leaves: Leaves, size: Size): Promise<void> {
  const answer = await (await fetch(`http://${host}:8080${pathOf(size)}`, { headers: HEADERS })).text();
  const expected = JSON.stringify(leaves.hosts.flatMap((_, leaf) => itemsOf(leaf, size)));
  if (answer !== expected) {
    throw new Error(`${name} answers ${answer.slice(0, 200)}… and not ${expected.slice(0, 200)}…`);
  }
}
