import { Chart, Duration, Testing } from 'cdk8s';
import { Backend, Code, Platform, PodMonitorOptions, Spread } from '../../src';
import { find } from '../find';

function web(podMonitors?: PodMonitorOptions): Chart {
  const chart = new Chart(Testing.app(), 'shop', { namespace: 'prod' });
  Platform.configure(chart, { podMonitors });
  new Spread(chart, 'Web', { backend: Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 3000 }) });
  return chart;
}

const monitors = (chart: Chart) =>
  Testing.synth(chart)
    .filter(({ kind }) => kind === 'PodMonitor')
    .map(({ metadata }) => metadata.name);

test('a PodMonitor says where each group with metrics has them', () => {
  const chart = web({ labels: { release: 'prometheus' }, interval: Duration.minutes(1) });
  expect(monitors(chart)).toEqual(['web-router']);
  const { apiVersion, metadata, spec } = find(chart, 'PodMonitor', 'web-router');
  expect([apiVersion, metadata.namespace, metadata.labels.release])
    .toEqual(['monitoring.coreos.com/v1', 'prod', 'prometheus']);
  expect(spec).toEqual({
    selector: { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web-router' } },
    podMetricsEndpoints: [{ port: 'admin', path: '/metrics', interval: '60s' }],
  });
});

test.each([
  [
    'the admin port of a function',
    Backend.fromFunction(Code.fromInline('() => 1')),
    'admin', 9090, '/metrics',
  ],
  [
    'the port of an image that has a metricsPath',
    Backend.fromImage('example.com/web:1', { port: 3000, ports: { stats: { port: 9100, metricsPath: '/stats' } } }),
    'stats', 9100, '/stats',
  ],
])('a PodMonitor names %s', (_, backend, port, number, path) => {
  const chart = new Chart(Testing.app(), 'shop');
  Platform.configure(chart, { podMonitors: {} });
  new Spread(chart, 'Web', { backend });
  expect(monitors(chart)).toEqual(['web-backend', 'web-router']);
  expect(find(chart, 'PodMonitor', 'web-backend').spec.podMetricsEndpoints).toEqual([{ port, path }]);
  expect(find(chart, 'Deployment', 'web-backend').spec.template.spec.containers[0].ports)
    .toContainEqual(expect.objectContaining({ name: port, containerPort: number }));
});

test('a PodMonitor needs no options', () => {
  expect(find(web({}), 'PodMonitor', 'web-router').spec.podMetricsEndpoints)
    .toEqual([{ port: 'admin', path: '/metrics' }]);
});

test('an interval may be a part of a second', () => {
  const chart = web({ interval: Duration.millis(1500) });
  expect(find(chart, 'PodMonitor', 'web-router').spec.podMetricsEndpoints[0].interval).toBe('1500ms');
});

test('no PodMonitor is made where none is asked for', () => {
  expect(monitors(web())).toEqual([]);
});

test.each<[options: PodMonitorOptions, sentence: string]>([
  [{ interval: Duration.millis(0) }, '[shop] podMonitors.interval is 0 ms: it must be longer than nothing'],
  [{ labels: { 'app.kubernetes.io/part-of': 'x' } },
    "[shop/Web/Router] podMonitors.labels sets 'app.kubernetes.io/part-of', "
      + 'which the pattern sets itself: use another label'],
])('%# of what a PodMonitor cannot be is refused', (options, sentence) => {
  expect(() => web(options)).toThrow(sentence);
});
