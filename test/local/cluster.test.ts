import { program, server, service, yaml } from './manifests';
import { LocalCluster } from '../../src/testing';

test('a Deployment and its Service answer requests', async () => {
  await using cluster = await LocalCluster.start(yaml(program, server('web', { replicas: 2 }), service('web')));
  const response = await cluster.fetch('web', '/');
  expect(cluster.pods('web').map((pod) => pod.name)).toContain(await response.text());
  expect(cluster.pods().map(({ ready, group, phase, ports }) => ({ ready, group, phase, ports }))).toEqual([
    { ready: true, group: 'web', phase: 'Running', ports: [8080] }, { ready: true, group: 'web', phase: 'Running', ports: [8080] },
  ]);
});
