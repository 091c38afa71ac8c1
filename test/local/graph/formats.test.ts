import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Testing } from 'cdk8s';
import { graphIn } from './graphs';
import { checkPicture } from './xml';
import { dot } from '../../../src/local/graph/dot';
import { FORMATS } from '../../../src/local/graph/formats';
import { Graph } from '../../../src/local/graph/model';
import { graphOf } from '../../../src/local/graph/read';
import { svg } from '../../../src/local/graph/svg';
import { everyPattern } from '../../manifests/every-pattern';

const ROOT = join(__dirname, '../../..');
/** What Graphviz itself complains of: a process of its own, since its program is a module of ECMAScript only. */
async function graphviz(texts: readonly string[]): Promise<string[]> {
  const program = `
    import { instance } from '@viz-js/viz';
    const graphviz = await instance();
    let input = '';
    for await (const chunk of process.stdin) input += chunk;
    const results = JSON.parse(input).map((text) => graphviz.render(text, { format: 'svg' }));
    console.log(JSON.stringify(results.flatMap(({ errors }) => errors.filter(({ level }) => level === 'error'))));`;
  const ran = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: ROOT });
  ran.child.stdin!.end(JSON.stringify(texts));
  return JSON.parse((await ran).stdout);
}

test('the graph of every pattern is one of Graphviz, and a picture with all of its texts', async () => {
  const graph = graphIn(everyPattern(Testing.app()).synthYaml());
  expect(graph.patterns.length).toBeGreaterThan(10);
  checkPicture(graph);
  expect(await graphviz([dot(graph)])).toEqual([]);
});

test('names full of syntax are names to Graphviz', async () => {
  const names = ['a"]', '<b>x</b>', '\\N\\', '&amp;', '{a|b}', '--', '/* x', '// x', '# x', 'a\nb'];
  const graph: Graph = {
    patterns: [{ id: 'p', title: names[0] }],
    nodes: names.map((title) => ({ id: title, kind: 'pods', title, pattern: 'p', notes: [] })),
    edges: names.map((label) => ({ from: names[0], to: label, kind: 'calls', label })),
  };
  checkPicture(graph);
  expect(await graphviz([dot(graph)])).toEqual([]);
  expect(await graphviz(['digraph { a"] }'])).not.toEqual([]);
});

test('the same manifests make the same graph in every format', () => {
  const draw = () => {
    const graph = graphIn(everyPattern(Testing.app()).synthYaml());
    return Object.values(FORMATS).map((format) => format(graph));
  };
  expect(draw()).toEqual(draw());
});

test('1,000 patterns are drawn within seconds', () => {
  const labels = (name: string, instance: string) => (
    { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': instance }
  );
  const objects = Array.from({ length: 1000 }, (_, n) => `web${n}`).flatMap((name) => (
    [`${name}-router`, `${name}-backend`].flatMap((group) => {
      const matchLabels = labels(name, group);
      const from = [{ podSelector: { matchLabels: labels(name, `${name}-router`) } }];
      return [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: group },
          spec: { replicas: 2, template: { metadata: { labels: matchLabels }, spec: { containers: [] } } },
        },
        { apiVersion: 'v1', kind: 'Service', metadata: { name: group }, spec: { selector: matchLabels, ports: [{ port: 80 }] } },
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: group },
          spec: { podSelector: { matchLabels }, ingress: [group.endsWith('router') ? {} : { from }] },
        },
      ];
    })
  ));
  const start = performance.now();
  const graph = graphOf(objects);
  for (const format of Object.values(FORMATS)) format(graph);
  // 1 s on a quiet machine; with time that grows with the square of the patterns it was minutes.
  expect(performance.now() - start).toBeLessThan(20_000);
  expect([graph.patterns, graph.nodes, graph.edges].map(({ length }) => length)).toEqual([1000, 3000, 2000]);
});

test('a chain of 5,000 calls, and as many that all call one, are drawn too', () => {
  const nodes = Array.from({ length: 5000 }, (_, n) => ({ id: `${n}`, kind: 'pods' as const, title: `n${n}`, notes: [] }));
  const to = (target: (n: number) => number): Graph => ({
    patterns: [],
    nodes,
    edges: nodes.slice(1).map((_, n) => ({ from: `${n + 1}`, to: `${target(n)}`, kind: 'calls' as const })),
  });
  const start = performance.now();
  svg(to((n) => n));
  svg(to(() => 0));
  expect(performance.now() - start).toBeLessThan(20_000);
});
