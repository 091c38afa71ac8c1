import { versionOf } from './lib/node-program';
import type { Section, Table } from './lib/section';
import { CONNECTIONS, cost, COST_ROUNDS } from './scatter-gather/cost';
import { Leaves, Size, SIZES } from './scatter-gather/leaves';
import { promptness } from './scatter-gather/promptness';
import { secure } from './scatter-gather/secure';
import { findNode } from '../src/local/binaries/node';

const COUNTS = [3, 10, 50];

/** CPU time of the root for a request, beside the same over other clients; and how late its answers are. */
export default async function scatterGather(): Promise<Section[]> {
  const { program: node } = await findNode();
  const costs: Table[] = [];
  const others: Section[] = [];
  for (const count of COUNTS) {
    const leaves = await Leaves.start(count);
    try {
      for (const size of Object.keys(SIZES) as Size[]) costs.push(await cost(leaves, node, size));
      if (count === 10) others.push(await secure(leaves, node), await promptness(leaves, node));
    } finally {
      await leaves.stop();
    }
  }
  return [{
    title: 'Roots of ScatterGather',
    about: 'All ask the same leaves, an nginx with fixed answers, and join the lists that they answer with. They run '
      + `on Node ${versionOf(node)}, with ${CONNECTIONS} clients. ${COST_ROUNDS} rounds.`,
    tables: costs,
  }, ...others];
}
