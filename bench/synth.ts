import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { ApiObject, App, Chart, Yaml } from 'cdk8s';
import { Backend, Gather, handler, ScatterGather, Shard, ShardKey, Spread } from '../src';
import type { Section, Table } from './lib/section';
import { figure, shown } from './lib/statistics';

/** How many patterns an app has, and how often it is synthesized in each way. */
const SIZES = [{ patterns: 10, rounds: 20 }, { patterns: 100, rounds: 5 }, { patterns: 1000, rounds: 2 }];
const COMMAND_PATTERNS = 10;
const COMMAND_ROUNDS = 7;
const IMAGE = 'ghcr.io/acme/web:1.4.2';

const image = () => Backend.fromImage(IMAGE, { port: 8080 });
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

/** CPU time of synthesis, beside that of the same objects by hand; and that of whole commands, beside Helm's. */
export default async function synth(): Promise<Section[]> {
  const outdir = mkdtempSync(join(tmpdir(), 'bench-synth-'));
  try {
    return [{
      title: 'Synthesis',
      about: 'By hand means that the same objects are given to ApiObject one by one. Both run in one process, in '
        + 'turn. Milliseconds of CPU for each pattern.',
      tables: [inProcess(outdir)],
    }, {
      title: 'Commands that render manifests',
      about: `A whole process renders ${COMMAND_PATTERNS} Spreads of an image. The chart of Helm has the same `
        + `objects, with the replicas and the image as values. ${COMMAND_ROUNDS} rounds.`
        + (helmVersion() === undefined ? ' helm was not on PATH.' : ''),
      tables: [commands(outdir)],
    }];
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

function inProcess(outdir: string): Table {
  return {
    header: ['pattern', 'patterns', 'objects', 'by hand', 'patterns', 'times by hand'],
    rows: Object.entries(KINDS).flatMap(([kind, make]) => SIZES.map(({ patterns, rounds }) => {
      const ofPatterns = (chart: Chart) => { for (let n = 0; n < patterns; n++) make(chart, `Web${n}`); };
      const objects: any[] = chartWith(outdir, ofPatterns).chart.toJson();
      const byHand = (chart: Chart) => objects.forEach((object, n) => new ApiObject(chart, `${n}`, object));
      const round = () => [byHand, ofPatterns].map((fill) => (
        milliseconds(() => chartWith(outdir, fill).app.synth()) / patterns
      ));
      // The first round warms up.
      const samples = Array.from({ length: rounds + 1 }, round).slice(1);
      return [
        kind,
        patterns,
        objects.length,
        ...[0, 1].map((way) => shown(figure(samples.map((sample) => sample[way])))),
        shown(figure(samples.map(([hand, ours]) => ours / hand))),
      ];
    })),
  };
}

function commands(outdir: string): Table {
  const app = join(__dirname, 'synth/app.cjs');
  const { chart } = chartWith(outdir, (each) => {
    for (let n = 0; n < COMMAND_PATTERNS; n++) KINDS['Spread of an image'](each, `Web${n}`);
  });
  const ways: Record<string, string[]> = {
    'node, the app that `cdk8s synth` runs': [process.execPath, app, String(COMMAND_PATTERNS), outdir],
    ...helmVersion() === undefined ? {} : { 'helm template': ['helm', 'template', helmChart(outdir, chart.toJson())] },
  };
  const samples: Record<string, [cpu: number, clock: number][]> = {};
  for (let round = 0; round <= COMMAND_ROUNDS; round++) {
    for (const [name, command] of Object.entries(ways)) {
      if (round > 0) (samples[name] ??= []).push(timed(command));
      else timed(command);
    }
  }
  return {
    header: ['command', 'CPU ms', 'ms on the clock'],
    rows: Object.entries(samples).map(([name, times]) => (
      [name, ...[0, 1].map((way) => shown(figure(times.map((each) => each[way])), 0))]
    )),
  };
}

/** Writes a chart of Helm with these objects, and answers where. */
function helmChart(outdir: string, objects: readonly any[]): string {
  const folder = join(outdir, 'chart');
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 0.1.0\n');
  writeFileSync(join(folder, 'values.yaml'), `replicas: 2\nimage: ${IMAGE}\n`);
  for (const [n, object] of objects.entries()) {
    // Braces of nginx's and other templates are text to Helm.
    const text = Yaml.stringify(object).replace(/\{\{|\}\}/g, (braces) => `{{ "${braces}" }}`)
      .replaceAll(IMAGE, '{{ .Values.image }}')
      .replace(/^ {2}replicas: 2$/m, '  replicas: {{ .Values.replicas }}');
    writeFileSync(join(folder, `templates/${n}.yaml`), text);
  }
  return folder;
}

function helmVersion(): string | undefined {
  return spawnSync('helm', ['version', '--template', '{{ .Version }}'], { encoding: 'utf8' }).stdout || undefined;
}

/** Milliseconds of a command and all it starts: of CPU, and on the clock. */
function timed(command: readonly string[]): [cpu: number, clock: number] {
  const line = 'TIMEFORMAT="%U %S %R"; time "$@" > /dev/null';
  const { stderr, status } = spawnSync('bash', ['-c', line, 'bash', ...command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  const [user, system, real] = stderr.trim().split('\n').at(-1)!.split(' ').map(Number);
  return [(user + system) * 1000, real * 1000];
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
