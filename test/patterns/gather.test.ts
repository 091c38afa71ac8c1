import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Gather, ScatterGather } from '../../src';
import { find } from '../find';

const image = Backend.fromImage('ghcr.io/acme/search:1.4.2', { port: 8080 });

function chartWith(gather: Gather): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  new ScatterGather(chart, 'Search', { leaves: 2, backend: image, gather });
  return chart;
}

test.each([
  ['concat', Gather.concat()],
  ['merge', Gather.merge()],
  ['first', Gather.first()],
  ['all', Gather.all()],
])('%s needs no code', (kind, gather) => {
  const { data } = find(chartWith(gather), 'ConfigMap', 'search-root');
  expect(Object.keys(data)).toEqual(['config.json']);
  expect(JSON.parse(data['config.json'])).toMatchObject({ gather: kind });
  expect(JSON.parse(data['config.json'])).not.toHaveProperty('code');
});

test('a gather function travels with the root', () => {
  const { data } = find(
    chartWith(Gather.fromFunction(Code.fromInline('(answers) => answers.length'))),
    'ConfigMap',
    'search-root',
  );
  expect(data['gather.mjs']).toBe('export default (answers) => answers.length;\n');
  expect(JSON.parse(data['config.json'])).toMatchObject({ gather: 'function', code: 'gather.mjs' });
});

test('a gather function may be asynchronous and use what Node has', () => {
  const code = Code.fromInline(
    'async (answers, request) => Response.json(await Promise.all(answers.map(({ body }) => fetch(body.url))))',
  );
  expect(() => chartWith(Gather.fromFunction(code))).not.toThrow();
});

test('one code can gather in two patterns', () => {
  const gather = Gather.fromFunction(Code.fromInline('(answers) => answers.length'));
  expect(find(chartWith(gather), 'ConfigMap', 'search-root'))
    .toEqual(find(chartWith(gather), 'ConfigMap', 'search-root'));
});

describe('refused with a sentence:', () => {
  const limit = 10;
  test.each([
    [
      'a variable from around the function',
      () => Code.fromFunction((answers: unknown[]) => answers.slice(0, limit)),
      'limit (line 1: `(answers) => answers.slice(0, limit);`) is not defined in the pod',
    ],
    [
      'a variable that nginx has and Node has not',
      () => Code.fromInline('() => ngx.version'),
      '[shop/Search] inline code: ngx',
    ],
    ['code that is no function', () => Code.fromInline('42'), 'inline code is a value, not a function'],
    ['native code', () => Code.fromFunction(Math.max), "function 'max' is native code"],
  ])('%s', (_, code, message) => {
    expect(() => chartWith(Gather.fromFunction(code()))).toThrow(message);
  });
});
