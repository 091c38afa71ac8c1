import { Chart, Testing } from 'cdk8s';
import { run, snippetWith } from './snippets';
import { find } from '../find';

const podOf = (chart: Chart, name: string) => find(chart, 'Deployment', name).spec.template.spec;

test('the snippet on what callers see takes over their name and port, and opens the database', () => {
  const chart = run(snippetWith("name: 'people'"));
  expect(find(chart, 'Service', 'people').spec.ports).toEqual([{ name: 'http', port: 80, targetPort: 8080 }]);
  const theirs = Testing.synth(chart).filter(
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
  const chart = run(snippetWith("'Checkout'"));
  const { ingress, egress } = find(chart, 'NetworkPolicy', 'checkout-backend').spec;
  expect([ingress[0].from.length, egress.length]).toEqual([2, 4]);
  expect(find(chart, 'NetworkPolicy', 'orders-router').spec.ingress[0].from).toHaveLength(2);
});

test('the ScaledObject of the scaling snippet refers to a Deployment without replicas that is there, and nothing else scales it', () => {
  const chart = run(snippetWith("'orders-by-queue'"));
  const { scaleTargetRef, minReplicaCount, maxReplicaCount } = find(chart, 'ScaledObject', 'orders-by-queue').spec;
  expect([minReplicaCount, maxReplicaCount]).toEqual([0, 20]);
  expect(find(chart, 'Deployment', scaleTargetRef.name).spec).not.toHaveProperty('replicas');
  expect(Testing.synth(chart).filter(({ kind }) => kind === 'HorizontalPodAutoscaler')).toEqual([]);
});
