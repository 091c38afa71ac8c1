import { rmSync } from 'fs';
import { join } from 'path';
import { Leaves, NAME, pathOf, Size } from './leaves';
import { leafAt, ROOT, rootConfig } from './root';
import type { LeafConfig } from '../../src/contract';
import { compare, costTable, ROUNDS } from '../lib/compare';
import type { Address } from '../lib/listening';
import { get } from '../lib/load';
import { guarded, nodeProgram } from '../lib/node-program';
import { folderWith, Program } from '../lib/program';
import type { Section, Table } from '../lib/section';

const CLEAR = 'in clear text';
/** How many requests a round has, by what a leaf answers. */
const REQUESTS = { '100 B': 2_000, '100 KB': 60 };

/** How leaves are reached, by its name in the table. */
const WAYS: Readonly<Record<string, (leaf: LeafConfig) => LeafConfig>> = {
  [CLEAR]: (leaf) => leaf,
  'by TLS': (leaf) => ({ ...leaf, port: 8443, way: { tls: { serverName: NAME, ca: 'CA' } } }),
};

/** What a request costs the root where leaves are asked by TLS, over connections that are kept. */
export async function secure({ hosts, ca }: Leaves, node: string): Promise<Section> {
  const folder = folderWith('tls', { 'ca.crt': ca });
  const network = hosts[0].replace(/\d+$/, '');
  const roots: { name: string; address: Address; program: Program }[] = [];
  try {
    for (const [at, [name, by]] of Object.entries(WAYS).entries()) {
      const address = { host: `${network}${hosts.length + 1 + at}`, port: 8080 };
      const program = await nodeProgram({
        node,
        file: ROOT,
        address,
        config: rootConfig(hosts, { leaves: hosts.map((host, leaf) => by(leafAt(host, leaf))) }),
        options: guarded(node, ROOT),
        env: { CA: join(folder, 'ca.crt') },
      });
      roots.push({ name, address, program });
    }
    const tables: Table[] = [];
    for (const [size, requests] of Object.entries(REQUESTS) as [Size, number][]) {
      const costs = await compare(roots.map(({ name, address, program }) => ({
        name,
        load: { ...address, connections: 8, messages: [get(pathOf(size))] },
        processes: program.processes,
        goal: name === CLEAR ? undefined : { atMost: 1.3, of: CLEAR },
      })), { requests });
      tables.push(costTable(`${hosts.length} leaves of ${size}`, costs, [CLEAR]));
    }
    return {
      title: 'TLS from roots to leaves', about: `The same root over kept-alive connections. ${ROUNDS} rounds.`, tables,
    };
  } finally {
    await Promise.all(roots.map(({ program }) => program.stop()));
    rmSync(folder, { recursive: true });
  }
}
