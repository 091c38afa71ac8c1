import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import * as ts from 'typescript';
import { find } from './find';
import * as library from '../src';
import { LocalCluster } from '../src/local/testing';

function snippets(name: string): string[] {
  const page = readFileSync(join(__dirname, '../docs', name), 'utf8');
  return [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
}

/** Runs a snippet as it stands in the page, but for its imports, with everything that it may name. */
function runWith(code: string, ours: object): void {
  const names = { kplus, ...kplus, ...cdk8s, ...library, ...ours };
  const compilerOptions = { target: ts.ScriptTarget.ES2022 };
  const { outputText, diagnostics = [] } = ts.transpileModule(code.replace(/^import .*$/gm, ''), {
    reportDiagnostics: true,
    compilerOptions,
  });
  expect(diagnostics).toEqual([]);
  new Function(...Object.keys(names), outputText)(...Object.values(names));
}

/** Runs a snippet that adds to a chart; answers the chart. */
function run(code: string): cdk8s.Chart {
  const app = cdk8s.Testing.app();
  const chart = new cdk8s.Chart(app, 'shop');
  runWith(code, { app, chart, backend: library.Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 }) });
  return chart;
}

const pages = snippets('manifests.md');
const snippetWith = (text: string) => pages.find((code) => code.includes(text))!;
const podOf = (chart: cdk8s.Chart, name: string) => find(chart, 'Deployment', name).spec.template.spec;

test.each(
  pages.map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/manifests.md that starts with "%s" runs', (_, code) => {
  expect(() => cdk8s.Testing.synth(run(code))).not.toThrow();
});

test.each(
  snippets('observability.md').map((code) => [code.trim(), code]),
)('the snippet of docs/observability.md "%s" runs', (_, code) => {
  expect(() => run(code)).not.toThrow();
});

test.each(
  snippets('state.md').map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/state.md that starts with "%s" runs', (_, code) => {
  run(code);
});

test.each(
  snippets('shared-state.md').map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/shared-state.md that starts with "%s" runs', (_, code) => {
  expect(() => cdk8s.Testing.synth(run(code))).not.toThrow();
});

test.each(
  snippets('affinity.md').map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/affinity.md that starts with "%s" runs', (_, code) => {
  run(code);
});

test.each(
  snippets('https-and-grpc.md').map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/https-and-grpc.md that starts with "%s" runs', (_, code) => {
  expect(() => cdk8s.Testing.synth(run(code))).not.toThrow();
});

test.each(
  snippets('backends.md').map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/backends.md that starts with "%s" runs', (_, code) => {
  expect(() => cdk8s.Testing.synth(run(code))).not.toThrow();
});

test('the backend of one\'s own leads each shard to a pod of its own, and its NetworkPolicy to no other', () => {
  const chart = run(snippets('backends.md').find((code) => code.includes('implements IBackend'))!);
  const shards = [0, 1, 2].map((shard) => `accounts-${shard}`);
  const servers = find(chart, 'ConfigMap', 'banking-router').data['nginx.conf.template'].match(/server accounts\S+/g);
  expect(new Set(servers)).toEqual(new Set(shards.map((pod) => `server ${pod}.\${POD_NAMESPACE}.svc.cluster.local:8080`)));
  expect(find(chart, 'NetworkPolicy', 'banking-router').spec.egress[1]).toEqual({
    to: shards.map((pod) => ({ podSelector: { matchLabels: { 'statefulset.kubernetes.io/pod-name': pod } } })),
    ports: [{ port: 8080, protocol: 'TCP' }],
  });
});

test('the snippet on what callers see takes over their name and port, and opens the database', () => {
  const chart = run(snippetWith("name: 'people'"));
  expect(find(chart, 'Service', 'people').spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 8080 }]);
  const theirs = cdk8s.Testing.synth(chart).filter(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && !metadata.labels,
  );
  expect(theirs.map(({ spec }) => spec.policyTypes)).toEqual([['Ingress'], ['Egress']]);
});

test('a patch of one object reaches what it names, and no other object', () => {
  const chart = run(snippetWith('minReadySeconds'));
  expect(['patched-router', 'patched-backend'].map((name) => find(chart, 'Deployment', name).spec.minReadySeconds))
    .toEqual([10, undefined]);
});

test('a patch of all objects of a kind reaches each', () => {
  const chart = run(snippetWith('revisionHistoryLimit'));
  expect(['patched-router', 'patched-backend']
    .map((name) => find(chart, 'Deployment', name).spec.revisionHistoryLimit)).toEqual([10, 10]);
});

test('the snippets of pods keep routers away from GPUs, and replace them without a gap', () => {
  const rooms = run(snippetWith('runtimeClassName'));
  expect(['rooms-router', 'rooms-0'].map((name) => podOf(rooms, name).runtimeClassName))
    .toEqual([undefined, 'nvidia']);
  expect(podOf(rooms, 'rooms-router').terminationGracePeriodSeconds).toBe(3600);
  const counters = run(snippetWith('DeploymentStrategy.recreate()'));
  const strategyOf = (name: string) => find(counters, 'Deployment', name).spec.strategy.type;
  expect(['counters-router', 'counters-0'].map(strategyOf)).toEqual(['RollingUpdate', 'Recreate']);
});

test('the network snippet lets in and out what its comments say', () => {
  const chart = run(snippetWith('Egress.toPattern'));
  const { ingress, egress } = find(chart, 'NetworkPolicy', 'checkout-backend').spec;
  expect([ingress[0].from.length, egress.length]).toEqual([2, 4]);
  expect(find(chart, 'NetworkPolicy', 'orders-router').spec.ingress[0].from).toHaveLength(2);
});

test('the ScaledObject of the scaling snippet refers to a Deployment without replicas that is there, and nothing else scales it', () => {
  const chart = run(snippetWith('Scaling.external'));
  const { scaleTargetRef, minReplicaCount, maxReplicaCount } = find(chart, 'ScaledObject', 'orders-by-queue').spec;
  expect([minReplicaCount, maxReplicaCount]).toEqual([0, 20]);
  expect(find(chart, 'Deployment', scaleTargetRef.name).spec).not.toHaveProperty('replicas');
  expect(cdk8s.Testing.synth(chart).filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
});

test.each(
  snippets('storage.md').map((code) => [code.trim().split('\n')[0], code]),
)('the snippet of docs/storage.md that starts with "%s" runs', (_, code) => {
  expect(() => cdk8s.Testing.synth(run(code))).not.toThrow();
});

test('the replicas of the ledger reach each other, and nobody else does', () => {
  const chart = run(snippets('storage.md').find((code) => code.includes("'Ledger'"))!);
  const { ingress, egress } = find(chart, 'NetworkPolicy', 'ledger-backend').spec;
  const members = [{ podSelector: { matchLabels: { 'app.kubernetes.io/instance': 'ledger-backend' } } }];
  const ports = [{ port: 7000, protocol: 'TCP' }];
  expect(ingress.slice(1)).toEqual([{ from: members, ports }]);
  expect(egress.slice(1)).toEqual([{ to: members, ports }]);
  const { replicas, serviceName, template } = find(chart, 'StatefulSet', 'ledger-backend').spec;
  expect(replicas).toBe(3);
  expect(template.spec.containers[0].args).toEqual(
    ['--id=$(REPLICA)', ...[0, 1, 2].map((n) => `--member=ledger-backend-${n}.${serviceName}:7000`)]);
});

// The tests of docs/testing.md are tests here too.
runWith(snippets('testing.md').join('\n'), { LocalCluster, test, expect, afterEach, jest, createServer });
