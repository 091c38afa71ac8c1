import { Chart, Size, Testing } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import {
  Backend, Gather, IBackend, ImageBackendOptions, Scaling, ScatterGather, Shard, ShardKey, Spread,
} from '../../src';
import { find } from '../find';

const image = (options: Partial<ImageBackendOptions> = {}) =>
  Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080, ...options });

function podOf(options: Partial<ImageBackendOptions>): any {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend: image(options) });
  return find(chart, 'Deployment', 'web-backend').spec.template.spec;
}

describe('sizes', () => {
  test.each<[Size, string]>([
    [Size.kibibytes(100), '100Ki'], [Size.kibibytes(2048), '2Mi'], [Size.kibibytes(0.5), '512'],
    [Size.kibibytes(1.0001), '1025'],
    [Size.mebibytes(1.5), '1536Ki'], [Size.gibibytes(5), '5120Mi'], [Size.gibibytes(0.1), '107374183'],
  ])('%j is written as %s', (size, text) => {
    expect(podOf({ writable: { '/data': size } }).volumes).toEqual([{ name: 'data', emptyDir: { sizeLimit: text } }]);
    expect(podOf({ resources: { memory: { limit: size } } }).containers[0].resources.limits.memory).toBe(text);
  });
});

describe('ephemeral storage', () => {
  const limitOf = (options: Partial<ImageBackendOptions>) =>
    podOf(options).containers[0].resources.limits['ephemeral-storage'];
  const limit = (size: Size) => ({ ephemeralStorage: { limit: size } });

  test.each<[string, Partial<ImageBackendOptions>, string]>([
    ['is 256 MiB for what is little', {}, '256Mi'],
    [
      'has room for what is written to folders, and for logs',
      { writable: { '/data': Size.gibibytes(5), '/tmp': Size.mebibytes(8) } },
      '5320Mi',
    ],
    [
      'is what is asked for',
      { writable: { '/data': Size.gibibytes(5) }, resources: limit(Size.gibibytes(6)) },
      '6144Mi',
    ],
  ])('%s', (_, options, expected) => {
    expect(limitOf(options)).toBe(expected);
  });

  test('has no limit where it is given without one', () => {
    expect(limitOf({
      writable: { '/data': Size.gibibytes(5) },
      resources: { ephemeralStorage: { request: Size.mebibytes(64) } },
    })).toBeUndefined();
  });

  test.each([
    Size.mebibytes(256), Size.gibibytes(5),
  ])('refuses a limit at which a pod would be evicted before its folders are full', (size) => {
    expect(() => podOf({ writable: { '/data': Size.gibibytes(5) }, resources: limit(size) })).toThrow(new Error(
      `[shop/Web/Backend] resources.ephemeralStorage.limit is ${size.toMebibytes()}Mi, `
        + 'and the writable folders may hold 5120Mi: '
      + 'the pod would be evicted before they are full; raise the limit above that, or make the folders smaller'));
  });
});

describe('a writable folder', () => {
  test.each<[string, string]>([
    ['data', "a path starts with a slash and has no detours, as in '/data'"],
    ['/data/', "a path starts with a slash and has no detours, as in '/data'"],
    ['/data//cache', "a path starts with a slash and has no detours, as in '/data/cache'"],
    ['/data/../tmp', "a path starts with a slash and has no detours, as in '/tmp'"],
  ])('%s is refused', (path, remedy) => {
    expect(() => podOf({ writable: { [path]: Size.mebibytes(1) } }))
      .toThrow(new Error(`[shop/Web] writable names '${path}': ${remedy}`));
  });

  test.each(['/', '', '.', '/..', '//'])("'%s', which is the whole image, is refused", (path) => {
    expect(() => podOf({ writable: { [path]: Size.mebibytes(1) } })).toThrow(new Error(
      `[shop/Web] writable names '${path}', which would hide the files of the image: `
        + "name the folders that the program uses, as in '/tmp'"));
  });

  test('with a colon is refused', () => {
    expect(() => podOf({ writable: { '/a:b': Size.mebibytes(1) } })).toThrow(new Error(
      "[shop/Web] writable names '/a:b', and Kubernetes mounts no path with a colon: use another folder"));
  });

  test('of no size is refused', () => {
    expect(() => podOf({ writable: { '/data': Size.mebibytes(0) } }))
      .toThrow(new Error("[shop/Web] writable '/data' is 0: it must be larger than nothing"));
  });
});

describe('an environment variable', () => {
  const env = (name: string) => podOf({ env: { [name]: EnvValue.fromValue('single-node') } }).containers[0].env;

  test.each([
    'discovery.type', 'A-B', '_', '.hidden', '-a', 'a1', 'A.B-C_d',
  ])('may be called %s, as Kubernetes has it', (name) => {
    expect(env(name)).toEqual([{ name, value: 'single-node' }]);
  });

  test.each(['', '1a', 'a b', 'a=b', 'ä', '.', '..', '..a', 'a\n'])('may not be called %j', (name) => {
    expect(() => env(name)).toThrow(new Error(
      `[shop/Web] env names '${name}': a name has letters, digits, underscores, dashes and dots, `
        + 'and starts neither with a digit nor with two dots'));
  });
});

describe('numbers of pods beside backends that exist already are refused:', () => {
  const WHY =
    'but no pods are made here, since what it is given as backend exists already: leave it out, '
      + 'and say where the pods are made how many there are';
  const url = Backend.fromUrl('http://users:8080');
  const key = ShardKey.fromHeader('x-user');
  test.each<[string, (chart: Chart, other: Spread) => unknown, string]>([
    [
      'replicas of a pattern',
      (chart, backend) => new Spread(chart, 'Web', { backend, replicas: 3 }),
      `replicas is 3, ${WHY}`,
    ],
    [
      'scaling of a pattern',
      (chart, backend) => new Spread(chart, 'Web', { backend, scaling: Scaling.cpu({ max: 5 }) }),
      `scaling is from 2 to 5, ${WHY}`,
    ],
    [
      'replicas of a Service',
      (chart, other) => new Spread(chart, 'Web', { backend: Backend.fromService(other.service), replicas: 2 }),
      `replicas is 2, ${WHY}`,
    ],
    [
      'scaling of a URL',
      (chart) => new Spread(chart, 'Web', { backend: url, scaling: Scaling.cpu({ max: 5 }) }),
      `scaling is from 2 to 5, ${WHY}`,
    ],
    [
      'replicas of a group',
      (chart, other) => new Spread(chart, 'Web', { backend: other.backends[0], replicas: 3 }),
      `replicas is 3, ${WHY}`,
    ],
    [
      'replicas of shards',
      (chart, other) => new Shard(chart, 'Web', { key, backends: [other, url], replicas: 3 }),
      `replicas is 3, ${WHY}`,
    ],
    [
      'replicas of leaves',
      (chart, backend) => new ScatterGather(chart, 'Web', { gather: Gather.all(), leaves: 2, backend, replicas: 3 }),
      `replicas is 3, ${WHY}`,
    ],
  ])('%s', (_, make, sentence) => {
    const chart = new Chart(Testing.app(), 'shop');
    const other = new Spread(chart, 'Other', { backend: image() });
    expect(() => make(chart, other)).toThrow(new Error(`[shop/Web] ${sentence}`));
  });

  test('but not where one of them makes pods, or is the user\'s own', () => {
    const chart = new Chart(Testing.app(), 'shop');
    const own: IBackend = { bind: (_scope, _id, { replicas }) => ({ host: 'own', port: 80, replicas }) };
    new Shard(chart, 'Users', { key, backends: [image(), url], replicas: 3 });
    new Spread(chart, 'Web', { backend: own, replicas: 3 });
    expect(find(chart, 'Deployment', 'users-0').spec.replicas).toBe(3);
  });
});
