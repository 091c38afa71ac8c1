import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import { Backend, Gather, handler, ScatterGather, Shard, ShardKey, Spread } from '../src';
import { median } from './lib/compare';
import { table } from './lib/table';

/** How many patterns an app has, and how often it is synthesized in each way. */
const SIZES = [{ patterns: 10, rounds: 20 }, { patterns: 100, rounds: 5 }, { patterns: 1000, rounds: 2 }];

const image = () => Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 });
const KINDS: Record<string, (chart: Chart, id: string) => unknown> = {
  'Spread of an image': (chart, id) => new Spread(chart, id, { backend: image() }),
  'Spread of a function': (chart, id) => new Spread(
    chart, id, { backend: Backend.fromFunction(handler((request) => `hello ${request.query.name}`)) },
  ),
  'Shard of 2': (chart, id) => new Shard(
    chart, id, { shards: 2, key: ShardKey.fromHeader('x-user'), backend: image() },
  ),
  'ScatterGather of 2': (chart, id) => new ScatterGather(
    chart, id, { leaves: 2, gather: Gather.concat(), backend: image() },
  ),
};

/**
 * CPU time of synthesis, against that of the same objects given to `ApiObject` one by one; both in one process, in
 * turn.
 */
export default async function synth(): Promise<void> {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    const rows = Object.entries(KINDS).flatMap(([kind, make]) => SIZES.map(({ patterns, rounds }) => {
      const ofPatterns = (chart: Chart) => { for (let n = 0; n < patterns; n++) make(chart, `Web${n}`); };
      const objects: any[] = chartWith(outdir, ofPatterns).chart.toJson();
      const byHand = (chart: Chart) => objects.forEach((object, n) => new ApiObject(chart, `${n}`, object));
      const round = () => [byHand, ofPatterns].map((fill) => milliseconds(() => chartWith(outdir, fill).app.synth()));
      const samples = Array.from({ length: rounds + 1 }, round);
      // The first round warms up.
      const [hand, ours] = [0, 1].map((way) => median(samples.slice(1).map((sample) => sample[way])));
      const ratio = median(samples.slice(1).map((sample) => sample[1] / sample[0]));
      return [
        kind,
        patterns,
        objects.length,
        (hand / patterns).toFixed(2),
        (ours / patterns).toFixed(2),
        ratio.toFixed(2),
      ];
    }));
    console.log(
      table(['CPU milliseconds for each pattern', 'patterns', 'objects', 'by hand', 'patterns', 'ratio'], rows),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function chartWith(outdir: string, fill: (chart: Chart) => void): { app: App; chart: Chart } {
  const app = new App({ outdir });
  const chart = new Chart(app, 'bench');
  fill(chart);
  return { app, chart };
}

/** CPU time of this process, all threads, while something runs. */
function milliseconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
