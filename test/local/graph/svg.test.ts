import { EMPTY, SAMPLE } from './sample';
import { textsOf } from './xml';
import { Graph } from '../../../src/local/graph/model';
import { svg } from '../../../src/local/graph/svg';

const named = (title: string): Graph => ({ ...EMPTY, nodes: [{ id: 'a', kind: 'pods', title, notes: [] }] });

test('a picture shows all texts as they are', () => {
  expect(textsOf(svg(SAMPLE)).sort()).toEqual([
    '*.example.com', '/"<a>"', '20Gi', '8 shards, 2 replicas each', 'Ingress users', 'a"]; <b>&amp;\\N', 'any caller',
    'key: path ^/users/([^/]+)', 'router, 2 replicas', 'users-0 … users-7', 'users-router', 'users: "Shard"',
    'volume data',
  ]);
});

test('a picture without anything is XML too', () => {
  expect(textsOf(svg(EMPTY))).toEqual([]);
});

test.each([
  ['control characters', 'a\u0000b\u001b\nc', 'a b c'],
  ['half a character', 'a\ud800b', 'a?b'],
  ['what is no character of XML', 'a\uffffb', 'a?b'],
  ['characters beyond the first plane', '🙂', '🙂'],
  ['the end of a comment and of a section', '-->]]>', '-->]]>'],
])('%s in a name leave it XML', (_, title, shown) => {
  expect(textsOf(svg(named(title)))[0]).toBe(shown);
});

test('a long name is cut at 56 characters', () => {
  expect(textsOf(svg(named('🙂'.repeat(57))))[0]).toBe(`${'🙂'.repeat(55)}…`);
  expect(textsOf(svg(named('x'.repeat(56))))[0]).toBe('x'.repeat(56));
});

test('a box is wide enough for its text in the widest usual font', () => {
  // DejaVu Sans Bold, 12 pixels high: what a browser measures.
  const widths = { 'users-backend': 98.6, 'WWWWWWWWWW': 132.4, 'mmmmmmmmmm': 125.1, 'iiiiiiiiii': 41.2 };
  for (const [title, width] of Object.entries(widths)) {
    const [, box] = /<rect [^>]*?width="([\d.]+)"/.exec(svg(named(title)))!;
    expect(Number(box)).toBeGreaterThanOrEqual(width);
  }
});
