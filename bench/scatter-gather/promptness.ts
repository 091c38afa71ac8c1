import { once } from 'events';
import { createServer, Server } from 'net';
import { join } from 'path';
import { Leaves, pathOf } from './leaves';
import { leafAt, ROOT, rootConfig } from './root';
import type { RootConfig } from '../../src/contract';
import { get, load, LoadResult } from '../lib/load';
import { guarded, nodeProgram } from '../lib/node-program';
import type { Section } from '../lib/section';

const NAMES = join(__dirname, 'names.cjs');
const TIMEOUT = 300;
const HEDGE_AFTER = 50;
const REQUESTS = 400;

/** How late answers are, where a leaf or a replica is silent. */
export async function promptness({ hosts }: Leaves, node: string): Promise<Section> {
  const network = hosts[0].replace(/\d+$/, '');
  const [silent, root] = [`${network}201`, `${network}202`];
  // connections are taken, and nothing is ever read from them: so does a process that is frozen
  const frozen: Server = createServer({ pauseOnConnect: true }).listen(8080, silent);
  await once(frozen, 'listening');
  const others = hosts.slice(1);
  const late = rootConfig([silent, ...others], { timeout: TIMEOUT, minResponses: others.length });
  const hedged = rootConfig(hosts, {
    hedgeAfter: HEDGE_AFTER,
    leaves: [
      { ...leafAt('leaf-0', 0), podsHost: 'pods-of-leaf-0' },
      ...others.map((host, at) => leafAt(host, at + 1)),
    ],
  });
  const names = { 'pods-of-leaf-0': [silent, hosts[0]], 'leaf-0': [hosts[0]] };
  const row = (what: string, bound: number, { p50, p99, slowest }: LoadResult) => (
    [what, ...[p50, p99, slowest].map((value) => value.toFixed(1)), `p99 < ${bound}`]
  );
  try {
    return {
      title: 'Deadlines and hedging',
      about: `One of ${hosts.length} leaves, or one of two replicas of a leaf, accepts connections and never answers. `
        + `${REQUESTS} requests of 8 clients; milliseconds on the clock.`,
      tables: [{
        header: ['how long an answer takes, ms', 'p50', 'p99', 'slowest', 'goal'],
        rows: [
          row(
            `a leaf is silent, timeout ${TIMEOUT} ms, minResponses ${others.length}`,
            TIMEOUT + 50,
            await measure(node, root, late, {}),
          ),
          row(
            `a replica is silent, hedgeAfter ${HEDGE_AFTER} ms`,
            HEDGE_AFTER + 100,
            await measure(node, root, hedged, names),
          ),
        ],
      }],
    };
  } finally {
    frozen.close();
  }
}

async function measure(
  node: string, host: string, config: RootConfig, names: Record<string, readonly string[]>,
): Promise<LoadResult> {
  const root = await nodeProgram({
    node,
    file: ROOT,
    address: { host, port: 8080 },
    config,
    options: [...guarded(node, ROOT, NAMES), '--require', NAMES],
    env: { NAMES: JSON.stringify(names) },
  });
  try {
    const spec = { host, port: 8080, connections: 8, messages: [get(pathOf('100 B'))] };
    await load({ ...spec, requests: 100 }); // warms up
    const result = await load({ ...spec, requests: REQUESTS });
    if (result.statuses['200'] !== REQUESTS) {
      throw new Error(`not all were answered with 200: ${JSON.stringify(result.statuses)}`);
    }
    return result;
  } finally {
    await root.stop();
  }
}
