import { run, snippetWith } from './snippets';
import { find } from '../find';

test('the backend of one\'s own leads each shard to a pod of its own, and its NetworkPolicy to no other', () => {
  const chart = run(snippetWith('implements IBackend'));
  const shards = [0, 1, 2].map((shard) => `accounts-${shard}`);
  const servers = find(chart, 'ConfigMap', 'banking-router').data['nginx.conf.template'].match(/server accounts\S+/g);
  expect(new Set(servers)).toEqual(new Set(shards.map((pod) => `server ${pod}.\${POD_NAMESPACE}.svc.cluster.local:8080`)));
  expect(find(chart, 'NetworkPolicy', 'banking-router').spec.egress[1]).toEqual({
    to: shards.map((pod) => ({ podSelector: { matchLabels: { 'statefulset.kubernetes.io/pod-name': pod } } })),
    ports: [{ port: 8080, protocol: 'TCP' }],
  });
});
