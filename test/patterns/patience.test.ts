import { Chart, Duration, Testing } from 'cdk8s';
import { IBackend, Protocol, RouterOptions, Spread } from '../../src';
import { find } from '../find';

const inPlace: IBackend = { bind: () => ({ host: 'users', port: 8080, restartsInPlace: true }) };

/** How long requests wait in a router, in milliseconds, for how many there is room, and the memory of the router. */
function waiting(router?: RouterOptions, backend = inPlace): object {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend, router });
  const { data } = Testing.synth(chart).find(({ kind }) => kind === 'ConfigMap');
  const config: string = data['nginx.conf.template'];
  const { resources } = find(chart, 'Deployment', 'web-router').spec.template.spec.containers[0];
  return {
    millis: /\$patience \{\s+default (\d+);/.exec(config)?.[1],
    room: /limit_conn waiting (\d+);/.exec(config)?.[1],
    memory: resources.limits.memory,
  };
}

test('requests wait for half a minute where pods are replaced in place; the router has twice the memory', () => {
  expect(waiting()).toEqual({ millis: '30000', room: '320', memory: '256Mi' });
});

test('they wait for as long as a replica may be silent at most', () => {
  expect(waiting({ timeout: Duration.seconds(12) })).toEqual({ millis: '12000', room: '320', memory: '256Mi' });
});

test.each<[string, RouterOptions | undefined, IBackend]>([
  ['a patience of nothing', { patience: Duration.seconds(0) }, inPlace],
  ['a backend whose pods are never fewer', undefined, { bind: () => ({ host: 'users', port: 8080 }) }],
  ['gRPC', undefined, { bind: () => ({ host: 'users', port: 8080, restartsInPlace: true, protocol: Protocol.GRPC }) }],
  ['TLS', undefined, { bind: () => ({ host: 'users', port: 8443, restartsInPlace: true, tls: {} }) }],
])('they do not wait with %s', (_, router, backend) => {
  expect(waiting(router, backend)).toEqual({ millis: undefined, room: undefined, memory: '128Mi' });
});

test('they wait for any backend where the user says so', () => {
  const backend = { bind: () => ({ host: 'users', port: 8080 }) };
  expect(waiting({ patience: Duration.seconds(5) }, backend)).toMatchObject({ millis: '5000' });
});
