import { App, Chart, Size, Testing } from 'cdk8s';
import { Backend, Code, Gather, ScatterGather, Spread } from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080 });
const hello = Backend.fromFunction(Code.fromInline('() => "hello"'));

/** A pattern of each program of ours, and an Ingress. */
function everyKind(chart: Chart, names = ['Web', 'Search']): Chart {
  new Spread(chart, names[0], { backend: hello }).exposeViaIngress('/');
  new ScatterGather(chart, names[1], { leaves: 1, backend: hello, gather: Gather.all() });
  return chart;
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

describe('names and labels are valid, and no name is there twice,', () => {
  const idsOf = (...ids: string[]) => {
    const app = new App();
    return ids.map((id) => new Chart(app, id, { namespace: 'shop' }));
  };
  const nested = (...scopes: string[]) => {
    const app = new App();
    return scopes.map((scope) => new Chart(new Chart(app, scope), 'prod', { namespace: 'shop' }));
  };
  test.each<[string, () => Chart[]]>([
    ['in a chart with an underscore', () => idsOf('my_chart')],
    ['in a chart with a space and a dot', () => idsOf('My chart.v2')],
    ['in a chart of 64 characters', () => idsOf('c'.repeat(64))],
    ['in a chart of 200 characters that breaks at a dash', () => idsOf(`${'c'.repeat(36)}-${'d'.repeat(163)}`)],
    ['in a chart without a letter', () => idsOf('_')],
    ['in a chart that begins with a digit', () => idsOf('2nd')],
    ['in a chart of other letters', () => idsOf('Läden')],
    ['in charts that differ in case', () => idsOf('Prod', 'prod')],
    ['in charts that differ in what is no letter', () => idsOf('my_chart', 'my-chart')],
    ['in charts that differ behind 64 characters', () => idsOf(`${'c'.repeat(64)}1`, `${'c'.repeat(64)}2`)],
    ['in charts of one id in two others', () => nested('a', 'b')],
  ])('%s', (_, make) => {
    const charts = make();
    charts.forEach((chart, n) => everyKind(chart, [`Web${n}`, `Search${n}`]));
    const objects = charts.flatMap((chart) => Testing.synth(chart));
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
    expect(objects.map(({ metadata }) => metadata.name).filter((name) => !DNS_LABEL.test(name))).toEqual([]);
    const labels = objects.flatMap(({ metadata, spec }) =>
      Object.values<string>({ ...metadata.labels, ...spec?.template?.metadata.labels }),
    );
    expect(labels.filter((value) => !LABEL_VALUE.test(value))).toEqual([]);
  });

  test.each(['function-server', 'root-program', 'Program', 'Ingress'])('of patterns that are called %s', (id) => {
    const chart = new Chart(Testing.app(), 'shop');
    new Spread(chart, id, { backend: hello });
    expect(() => everyKind(chart)).not.toThrow();
    expect(find(chart, 'Deployment', `${id.toLowerCase()}-router`)).toBeDefined();
  });

  test('and stay as they were where they were valid', () => {
    const chart = everyKind(new Chart(Testing.app(), 'shop'));
    for (const name of ['shop-function-server', 'shop-root-program', 'web-backend', 'web-router', 'search-root']) {
      expect(find(chart, 'ConfigMap', name)).toBeDefined();
    }
    expect(find(chart, 'Deployment', 'web-backend').metadata.labels['app.kubernetes.io/part-of']).toBe('shop');
  });
});

describe('the volume of a writable folder', () => {
  const volumes = (...paths: string[]): string[] => {
    const chart = new Chart(Testing.app(), 'shop');
    const writable = Object.fromEntries(paths.map((path) => [path, Size.mebibytes(1)]));
    new Spread(chart, 'Web', { backend: Backend.fromImage('web', { port: 8080, writable }) });
    return find(chart, 'Deployment', 'web-backend').spec.template.spec.volumes.map(({ name }: any) => name);
  };
  test('is named like its path', () => {
    expect(volumes('/tmp', '/var/cache/users')).toEqual(['tmp', 'var-cache-users']);
  });
  test.each([
    [['/A', '/a']], [['/var/a-b', '/var/a/b']], [['/.cache', '/cache']], [['/ä', '/ö']],
    [[`/${'x'.repeat(80)}1`, `/${'x'.repeat(80)}2`]],
  ])('has a valid name of its own beside others: %j', (paths) => {
    expect(new Set(volumes(...paths)).size).toBe(2);
    expect(volumes(...paths).filter((name) => !DNS_LABEL.test(name))).toEqual([]);
  });
});

describe('an Ingress of a pattern', () => {
  test('takes more paths, and has the labels of the pods that it leads to', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const web = new Spread(chart, 'Web', { backend: image });
    expect(web.exposeViaIngress('/b')).toBe(web.exposeViaIngress('/a'));
    const { metadata, spec } = find(chart, 'Ingress', 'web');
    expect(metadata.labels).toEqual(find(chart, 'Deployment', 'web-router').metadata.labels);
    expect(spec.rules[0].http.paths.map(({ path }: any) => path)).toEqual(['/a', '/b']);
  });
});
