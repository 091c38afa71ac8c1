import { Chart, Testing } from 'cdk8s';
import { EnvValue, Secret } from 'cdk8s-plus-27';
import {
  Backend, Code, Gather, HeaderValue, IBackend, Scatter, ScatterGather, ScatterGatherProps, scattering, Shard,
  ShardKey,
} from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 8080 });
const scatter = Scatter.fromFunction(scattering((request, leaf) => leaf.owns(request.query.id) ? {} : undefined));

function shards(chart: Chart, id = 'Users'): Shard {
  return new Shard(chart, id, { shards: 4, key: ShardKey.fromQuery('id'), backend: image });
}

/** The root's ConfigMap, and its configuration. */
function rootOf(chart: Chart, props: Partial<ScatterGatherProps>): { data: any; config: any } {
  new ScatterGather(chart, 'Search', { gather: Gather.concat(), scatter, ...props });
  const { data } = find(chart, 'ConfigMap', 'search-root');
  return { data, config: JSON.parse(data['config.json']) };
}

const ownsOf = (chart: Chart, backends: IBackend[], props: Partial<ScatterGatherProps> = {}) => (
  rootOf(chart, { backends, ...props }).config.leaves.map(({ owns }: any) => owns)
);

let chart: Chart;
beforeEach(() => { chart = new Chart(Testing.app(), 'shop'); });

test('a scatter function travels with the root, beside a gather function', () => {
  const { data, config } = rootOf(chart, {
    backend: image,
    leaves: 2,
    scatter: Scatter.fromFunction(Code.fromInline('(request, leaf) => ({ query: { leaf: leaf.index } })')),
    gather: Gather.fromFunction(Code.fromInline('(answers) => answers.length')),
  });
  expect(data['scatter.mjs']).toBe('export default (request, leaf) => ({ query: { leaf: leaf.index } });\n');
  expect(Object.keys(data)).toEqual(['config.json', 'gather.mjs', 'scatter.mjs']);
  expect(config).toMatchObject({ scatter: 'scatter.mjs', gather: 'function', code: 'gather.mjs' });
});

describe('leaves know which keys they own', () => {
  test('where they are the shards of a Shard', () => {
    expect(ownsOf(chart, shards(chart).backends)).toEqual([0, 1, 2, 3].map((shard) => ({ shard, of: 4 })));
  });

  test('where they are some of them, in another order', () => {
    const { backends } = shards(chart);
    expect(ownsOf(chart, [backends[3], backends[1]])).toEqual([{ shard: 3, of: 4 }, { shard: 1, of: 4 }]);
  });

  test('where they are the leaves of another ScatterGather over the shards', () => {
    const other = new ScatterGather(chart, 'Other', { backends: shards(chart).backends, gather: Gather.all() });
    expect(ownsOf(chart, other.backends)).toHaveLength(4);
    expect(ownsOf(new Chart(Testing.app(), 'b'), other.backends)[2]).toEqual({ shard: 2, of: 4 });
  });

  test('where a backend hands on what a shard answers to bind()', () => {
    const wrapped = shards(chart).backends.map((backend): IBackend => (
      { bind: (...given) => backend.bind(...given) }
    ));
    expect(ownsOf(chart, wrapped)).toEqual([0, 1, 2, 3].map((shard) => ({ shard, of: 4 })));
  });

  test('and not where one of them is none, or of another Shard, or the Shard itself', () => {
    const [users, others] = [shards(chart), shards(chart, 'Others')];
    const none = [undefined, undefined];
    const asked = (id: string, ...backends: IBackend[]) => (
      ownsOf(new Chart(chart, id, { namespace: id.toLowerCase() }), backends)
    );
    expect(asked('A', users.backends[0], Backend.fromUrl('http://users.example.com'))).toEqual(none);
    expect(asked('B', users.backends[0], others.backends[1])).toEqual(none);
    expect(asked('C', users, users)).toEqual(none);
  });

  test('by the Shard in front, where that stands in front of shards of another one', () => {
    const outer = new Shard(chart, 'Outer', {
      key: ShardKey.fromQuery('id'), backends: [...shards(chart).backends].reverse(),
    });
    expect(ownsOf(chart, outer.backends)).toEqual([0, 1, 2, 3].map((shard) => ({ shard, of: 4 })));
  });

  test('but nothing is said of it without a scatter function, which alone asks', () => {
    expect(ownsOf(chart, shards(chart).backends, { scatter: undefined })).toEqual([0, 1, 2, 3].map(() => undefined));
  });
});

describe('root.env', () => {
  const envOf = () => find(chart, 'Deployment', 'search-root').spec.template.spec.containers[0].env;

  test('gives the functions variables, such as those of Secrets', () => {
    const secret = Secret.fromSecretName(chart, 'Api', 'api');
    rootOf(chart, {
      backend: image,
      leaves: 2,
      root: { env: { REGION: EnvValue.fromValue('eu'), API_KEY: EnvValue.fromSecretValue({ secret, key: 'key' }) } },
    });
    expect(envOf()).toEqual(expect.arrayContaining([
      { name: 'REGION', value: 'eu' },
      { name: 'API_KEY', valueFrom: { secretKeyRef: { name: 'api', key: 'key' } } },
      { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    ]));
  });

  test.each(['POD_NAMESPACE', 'NODE_OPTIONS', 'LISTEN_ADDRESS', 'POD_NAME', 'BACKEND_HEADER_0'])(
    'does not set %s, which the root needs', (name) => {
      const backend = Backend.fromUrl('https://api.example.com', {
        headers: { 'x-key': HeaderValue.fromSecret('api', 'key') },
      });
      expect(() => rootOf(chart, { backends: [backend], root: { env: { [name]: EnvValue.fromValue('x') } } }))
        .toThrow(`[shop/Search] root.env sets '${name}', which the pattern sets itself: use another name`);
    },
  );

  test('takes names as Kubernetes does', () => {
    expect(() => rootOf(chart, { backend: image, leaves: 1, root: { env: { '1ST': EnvValue.fromValue('x') } } }))
      .toThrow("[shop/Search] root.env names '1ST': a name has letters");
  });
});

describe('refused with a sentence:', () => {
  const limit = 10;
  test.each<[string, () => unknown, string]>([
    [
      'a variable from around the function',
      () => Scatter.fromFunction(scattering((request) => ({ query: { ...request.query, limit } }))),
      'limit (line 1:',
    ],
    ['a variable that Node has not', () => Scatter.fromFunction(Code.fromInline('() => ngx.version')), 'inline code: ngx'],
    ['code that is no function', () => Scatter.fromFunction(Code.fromInline('42')), 'inline code is a value, not a function'],
    ['the function itself', () => () => ({}), ': it must be a Scatter; write Scatter.fromFunction(scattering(…))'],
    ['its code', () => Code.fromInline('() => ({})'), 'scatter is a Code: it must be a Scatter; write Scatter.fromFunction(…)'],
  ])('%s', (_, made, message) => {
    expect(() => rootOf(chart, { backend: image, leaves: 2, scatter: made() as Scatter })).toThrow(message);
  });
});
