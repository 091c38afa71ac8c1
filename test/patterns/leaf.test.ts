import { Chart, Duration, Testing } from 'cdk8s';
import {
  Backend, Gather, IBackend, Leaf, LeafOptions, Scaling, ScatterGather, ScatterGatherProps, Shard, ShardKey, Spread,
} from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/search:1.4.2', { port: 3000 });
const url = Backend.fromUrl('http://users.shop.svc:8080');

function chartWith(backends: IBackend[], props: Partial<ScatterGatherProps> = {}): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  new ScatterGather(chart, 'Search', { gather: Gather.all(), ...props, backends });
  return chart;
}

const leavesOf = (backends: IBackend[], props?: Partial<ScatterGatherProps>) => (
  JSON.parse(find(chartWith(backends, props), 'ConfigMap', 'search-root').data['config.json']).leaves
);
const fallbackOf = (fallback: any, gather = Gather.all()) => (
  leavesOf([Leaf.of(url, { fallback })], { gather })[0].fallback
);

test('a root is told what its leaves are, and of the others what it was told before', () => {
  const at = { host: 'users.shop.svc.cluster.local.', port: 8080, way: { host: 'users.shop.svc:8080' } };
  expect(leavesOf([
    Leaf.of(url, { name: 'users', timeout: Duration.millis(200), fallback: { none: true } }),
    url,
    Leaf.of(url),
    Leaf.of(url, { required: true }),
    Leaf.of(url, { required: false, timeout: Duration.seconds(10) }),
  ])).toEqual([
    { ...at, name: 'users', timeout: 200, fallback: '{"none":true}' },
    { ...at, name: 'search-1' }, { ...at, name: 'search-2' }, { ...at, name: 'search-3', required: true },
    { ...at, name: 'search-4', timeout: 10_000 },
  ]);
});

test('the pods of a leaf are made as they would be without its options', () => {
  const plain = Testing.synth(chartWith([image, url], { replicas: 3 }));
  const own = Testing.synth(chartWith([Leaf.of(image, { timeout: Duration.seconds(1) }), url], { replicas: 3 }));
  const ofLeaf = (objects: any[]) => objects.filter(({ metadata }) => metadata.name === 'search-0');
  expect(ofLeaf(own)).toEqual(ofLeaf(plain));
  expect(ofLeaf(own).find(({ kind }) => kind === 'Deployment').spec.replicas).toBe(3);
});

test.each<[any, string]>([
  [null, 'null'], [0, '0'], ['', '""'], [1e21, '1e+21'], [2 ** 53 + 2, '9007199254740994'],
  ['9007199254740993', '"9007199254740993"'], [JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  [{ a: undefined, b: [false] }, '{"b":[false]}'], [Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ['x'.repeat(65_534), `"${'x'.repeat(65_534)}"`],
])('a fallback may be any value of JSON: %.40j', (fallback, text) => {
  expect(fallbackOf(fallback)).toBe(text);
});

test('a value that stands in several places of a fallback is no circle', () => {
  const tags: string[] = [];
  expect(fallbackOf({ a: tags, b: tags }, Gather.merge())).toBe('{"a":[],"b":[]}');
});

describe('refused with a sentence:', () => {
  const circle: any = { a: {} };
  circle.a.b = circle;
  const deep = JSON.parse(`${'['.repeat(101)}${']'.repeat(101)}`);
  let wide: any = [];
  for (let level = 0; level < 40; level++) wide = [wide, wide];
  const json = 'JSON has objects, arrays, texts, finite numbers, true, false, null';
  const named = "it has 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends";

  test.each<[string, LeafOptions, string, Gather?]>([
    ['an empty name', { name: '' }, `backends[0].name is '': ${named}`],
    ['a list as a name', { name: 'a, b' }, `backends[0].name is 'a, b': ${named}`],
    ['a quote in a name', { name: 'a"b' }, `backends[0].name is 'a"b': ${named}`],
    ['a line break in a name', { name: 'a\nb' }, `backends[0].name is 'a\\nb': ${named}`],
    ['a name that ends with one', { name: 'a\n' }, `backends[0].name is 'a\\n': ${named}`],
    ['a name that is no ASCII', { name: 'größe' }, `backends[0].name is 'größe': ${named}`],
    ['a long name', { name: 'a'.repeat(64) }, `backends[0].name is '${'a'.repeat(60)}…': ${named}`],
    [
      'the name of another leaf', { name: 'search-1' },
      'backends[0] and backends[1] are both called search-1: give each leaf a name of its own',
    ],
    ['no time', { timeout: Duration.millis(0) }, 'backends[0].timeout is 0 ms: it must be longer than nothing'],
    [
      'more time than all leaves', { timeout: Duration.millis(10_001) },
      'backends[0].timeout is 10001 ms and timeout is 10000 ms: no leaf has longer than all of them; make it shorter',
    ],
    [
      'a leaf that must be the first', { required: true },
      "backends[0].required is true: Gather.first() answers with the fastest leaf's answer, whichever it is; leave "
        + 'required out', Gather.first(),
    ],
    [
      'a leaf that must answer, with a fallback', { required: true, fallback: null },
      'backends[0] is required and has a fallback: without its answer there is none, or the fallback stands in for it; '
        + 'leave one of the two out',
    ],
    ['NaN', { fallback: NaN }, `backends[0].fallback is NaN: ${json}`],
    ['Infinity inside', { fallback: { a: [-Infinity] } }, `backends[0].fallback.a[0] is -Infinity: ${json}`],
    ['a bigint', { fallback: [1n] }, `backends[0].fallback[0] is 1n: ${json}`],
    ['undefined in an array', { fallback: [undefined] }, `backends[0].fallback[0] is undefined: ${json}`],
    ['a hole in an array', { fallback: [, 1] }, `backends[0].fallback[0] is undefined: ${json}`], // eslint-disable-line no-sparse-arrays
    ['a function', { fallback: () => 1 }, `backends[0].fallback is () => 1: ${json}`],
    ['a symbol', { fallback: { 'a b': Symbol('x') } }, `backends[0].fallback['a b'] is Symbol(x): ${json}`],
    ['a Map', { fallback: new Map() }, `backends[0].fallback is Map(0) {}: ${json}`],
    ['a promise', { fallback: { a: Promise.resolve() } }, `backends[0].fallback.a is a Promise: ${json}`],
    ['an object of a class', { fallback: Duration.seconds(1) }, `backends[0].fallback is a Duration: ${json}`],
    ['a circle', { fallback: circle }, 'backends[0].fallback.a.b contains itself: JSON has no such value'],
    ['what is nested too deep', { fallback: deep }, 'backends[0].fallback is nested more than 100 deep: give it flatter'],
    ['more than fits anywhere', { fallback: wide }, 'backends[0].fallback has more than 65536 values: give fewer'],
    [
      'a getter that throws', { fallback: { get a() { throw new Error('no'); } } },
      'backends[0].fallback cannot be read: give a plain value',
    ],
    [
      'more than 64 KiB', { fallback: 'ä'.repeat(32_768) },
      'backends[0].fallback takes 65538 bytes as JSON: it may take 65536, since it is held in memory and written in the '
        + 'configuration',
    ],
    [
      'an object that is to be concatenated', { fallback: {} },
      'backends[0].fallback is {}: Gather.concat() puts arrays together; give an array', Gather.concat(),
    ],
    [
      'an array that is to be merged', { fallback: [1] },
      'backends[0].fallback is [ 1 ]: Gather.merge() puts objects together; give an object', Gather.merge(),
    ],
    [
      'null that is to be merged', { fallback: null },
      'backends[0].fallback is null: Gather.merge() puts objects together; give an object', Gather.merge(),
    ],
  ])('%s', (_, options, message, gather = Gather.all()) => {
    expect(() => chartWith([Leaf.of(url, options), url], { gather })).toThrow(new Error(`[shop/Search] ${message}`));
  });

  test('a leaf of a leaf', () => {
    expect(() => Leaf.of(Leaf.of(url, { name: 'a' }), { required: true }))
      .toThrow(new Error('Leaf.of is given what Leaf.of made: give it the backend, and all options at once'));
  });

  const elsewhere = 'a backend is made by Leaf.of: only the elements of the backends of a ScatterGather may be; '
    + 'give the backend itself';
  test.each<[string, (chart: Chart, leaf: IBackend) => void]>([
    ['Shard', (chart, leaf) => { new Shard(chart, 'X', { backends: [leaf], key: ShardKey.fromHeader('x') }); }],
    ['Spread', (chart, leaf) => { new Spread(chart, 'X', { backend: leaf }); }],
    ['ScatterGather for all of its leaves', (chart, leaf) => {
      new ScatterGather(chart, 'X', { backend: leaf, leaves: 2, gather: Gather.all() });
    }],
  ])('one that is given to a %s', (_, make) => {
    expect(() => make(new Chart(Testing.app(), 'shop'), Leaf.of(url))).toThrow(new Error(`[shop/X] ${elsewhere}`));
  });

  test('numbers of pods that no leaf makes', () => {
    expect(() => chartWith([Leaf.of(url)], { replicas: 3 })).toThrow('replicas is 3, but no pods are made here');
    expect(() => chartWith([Leaf.of(url), url], { scaling: Scaling.cpu({ max: 4 }) }))
      .toThrow('scaling is from 2 to 4, but no pods are made here');
    expect(() => chartWith([Leaf.of(image), url], { replicas: 3 })).not.toThrow();
  });

  test('an address that is none, where the leaf stands', () => {
    const none = { bind: () => ({ host: 'users', port: 0 }) };
    expect(() => chartWith([url, Leaf.of(none)])).toThrow('[shop/Search] backends[1].bind()');
  });
});
