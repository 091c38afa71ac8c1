import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Spread } from '../src';
import type { Section } from './lib/section';
import { figure, shown } from './lib/statistics';
import { LocalCluster } from '../src/local/testing';

const SIZES = [2, 10, 40];
const ROUNDS = 7;

/** How long LocalCluster.start takes until every pod is ready, and stop until everything has ended. */
export default async function localCluster(): Promise<Section[]> {
  const rows: (string | number)[][] = [];
  for (const replicas of SIZES) {
    const chart = new Chart(Testing.app(), 'bench');
    new Spread(chart, 'Web', { replicas, backend: Backend.fromFunction(Code.fromInline("() => 'hello'")) });
    const objects = Testing.synth(chart);
    const times: (readonly [start: number, stop: number])[] = [];
    let pods = 0;
    // The first round warms up, and finds nginx and Node.
    for (let round = 0; round <= ROUNDS; round++) {
      const begin = performance.now();
      const cluster = await LocalCluster.start(objects);
      const ready = performance.now();
      pods = cluster.pods().length;
      await cluster.stop();
      if (round > 0) times.push([ready - begin, performance.now() - ready]);
    }
    rows.push([pods, ...[0, 1].map((at) => shown(figure(times.map((each) => each[at])), 0))]);
  }
  return [{
    title: 'LocalCluster',
    about: 'A Spread of a function. Routers are nginx, and replicas are Node. Milliseconds on the clock, '
      + `${ROUNDS} rounds.`,
    tables: [{ header: ['pods', 'start, ms', 'stop, ms'], rows }],
  }];
}
