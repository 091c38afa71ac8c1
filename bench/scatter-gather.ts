import { cost } from './scatter-gather/cost';
import { Leaves } from './scatter-gather/leaves';
import { promptness } from './scatter-gather/promptness';
import { secure } from './scatter-gather/secure';

/** How many requests a round has, by what a leaf answers. */
const REQUESTS = { '100 B': 2_000, '57 KB': 60 } as const;

/** CPU time of the root per request, against the same over other clients; and how late its answers are. */
export default async function scatterGather(): Promise<void> {
  // with POD_NODE also on the Node that pods run, which may be newer than the one at hand
  const nodes = [process.execPath, ...process.env.POD_NODE ? [process.env.POD_NODE] : []];
  const leaves = await Leaves.start(10);
  try {
    for (const size of ['100 B', '57 KB'] as const) {
      console.log(
        await cost(leaves, nodes, size, REQUESTS[size]) + '\n',
      );
    }
    for (const size of ['100 B', '57 KB'] as const) {
      console.log(
        await secure(leaves, nodes, size, REQUESTS[size]) + '\n',
      );
    }
    console.log(await promptness(leaves, nodes));
  } finally {
    await leaves.stop();
  }
}
