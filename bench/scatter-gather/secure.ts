import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Leaves, NAME, pathOf, Size } from './leaves';
import { leafAt, ROOT, rootConfig } from './root';
import type { LeafConfig } from '../../src/contract';
import { compare } from '../lib/compare';
import { get } from '../lib/load';
import { guarded, NodeProgram, versionOf } from '../lib/node-program';
import { table } from '../lib/table';

const ROUNDS = 9;

/** How leaves are reached, by its name in the table. */
const WAYS: Readonly<Record<string, (leaf: LeafConfig) => LeafConfig>> = {
  'in clear text': (leaf) => leaf,
  'by TLS': (leaf) => ({ ...leaf, port: 8443, way: { tls: { serverName: NAME, ca: 'CA' } } }),
};

/** A table of what a request costs the root where leaves are asked by TLS, over connections that are kept. */
export async function secure(
  { hosts, ca }: Leaves, nodes: readonly string[], size: Size, requests: number,
): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-tls-')));
  const env = { CA: join(folder, 'ca.crt') };
  writeFileSync(env.CA, ca);
  const network = hosts[0].replace(/\d+$/, '');
  let last = hosts.length;
  const rows: (string | number)[][] = [];
  try {
    for (const node of nodes) {
      const roots = await Promise.all(Object.entries(WAYS).map(async ([name, by]) => {
        const address = { host: `${network}${++last}`, port: 8080 };
        const config = rootConfig(hosts, { leaves: hosts.map((host, at) => by(leafAt(host, at))) });
        const running = await NodeProgram.start(node, ROOT, config, address, guarded(node, ROOT), env);
        return { name: `${name}, Node ${versionOf(node)}`, address, running };
      }));
      const costs = await compare(roots.map(({ name, address, running }) => ({
        name, load: { ...address, connections: 8, messages: [get(pathOf(size))] }, processes: running.processes,
      })), { rounds: ROUNDS, requests });
      rows.push(...costs.map(({ name, cpu, ratio, p50, p99 }) => (
        [name, Math.round(cpu), (1 / ratio).toFixed(2), p50.toFixed(1), p99.toFixed(1)]
      )));
      await Promise.all(roots.map(({ running }) => running.stop()));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const header = ['µs CPU a request', 'of clear text', 'p50 ms', 'p99 ms'];
  return table([`the root, ${hosts.length} leaves of ${size}`, ...header], rows)
    + '\nthe goal by TLS, over connections that are kept: 1.30 of clear text';
}
