import { run, snippetWith } from './snippets';
import { find } from '../find';

test('the replicas of the ledger reach each other, and nobody else does', () => {
  const chart = run(snippetWith("'Ledger'"));
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
