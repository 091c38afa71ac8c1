import { readJson } from '../../../runtime/root/json';
import { appended, mergedText } from '../../../runtime/root/merge';
import { random } from '../../random';

const read = (text: string | Buffer) => readJson(Buffer.from(text as string));
const merged = (...texts: string[]) => (
  mergedText(texts.map((text) => read(text)!), { hold: () => {}, give: () => {} }).toString()
);

describe('what is JSON for JSON.parse is JSON here, and nothing else', () => {
  test.each([
    '0', '-0', '1.0', '1e2', '1E+2', '1e-2', '0.1', '-1.5e300', '1e400', '12345678901234567890', 'true', 'false',
    'null', '""', '"a"', '[]', '{}', ' [ ] ', '{ }',
    '\t\r\n1 ', '[1,2]', '[[],{},[{}]]', '{"a":1,"b":[{"c":{}}]}', '{"a":1,"a":2}', '"\\u00e9\\n\\"\\\\\\/"',
    '"\\ud800"', '"é€😀"', '{"":""}', '"\u007f"', '"\u2028"',
    '', ' ', '01', '-', '+1', '1.', '.1', '1e', '1e+', '0x1', 'NaN', 'Infinity', '-Infinity', 'tru', 'truee', 'nul',
    'True', '"', '"a', '"\\', '"\\u12', '"\\u12g4"', '"\\x"',
    '"\n"', '"\u0000"', '"\t"', '\'a\'', '[', ']', '[1', '[1,', '[1,]', '[,1]', '[1 2]', '{', '}', '{"a"', '{"a":',
    '{"a":1', '{"a":1,', '{"a":1,}', '{a:1}', '{1:1}', '{"a" 1}',
    '{,}', '[}', '{]', '{"a":1]', '[1}', '1 2', '[] []', '1,', '//1', '\u00a01', '\u000b1', '1\u0000', '[1]x',
  ])('%j', (text) => {
    expect(read(text) !== undefined).toBe(parses(text));
  });

  test.each([
    ['Latin-1', [0x22, 0xe9, 0x22]], ['half a character', [0x22, 0xc3, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
  ])('%s is no UTF-8, and so no JSON', (_, bytes) => {
    expect(read(Buffer.from(bytes))).toBeUndefined();
  });

  test('a byte order mark is passed over', () => {
    expect(read('\ufeff[1]')).toMatchObject({ start: 3, end: 6 });
  });

  test('a million brackets are no deeper than the stack', () => {
    const depth = 1_000_000;
    expect(read('['.repeat(depth) + ']'.repeat(depth))).toMatchObject({ start: 0, end: 2 * depth });
    expect(read('['.repeat(depth) + ']'.repeat(depth - 1))).toBeUndefined();
  });

  test('30,000 texts with a character changed', () => {
    const next = random(11);
    const pick = <T>(from: ArrayLike<T>) => from[Math.floor(next() * from.length)];
    for (let i = 0; i < 30_000; i++) {
      const text = JSON.stringify(value(next, 3), undefined, pick([0, 1]));
      const at = Math.floor(next() * (text.length + 1));
      const inserted = pick(['', ...'{}[]",:\\0123456789.eE+-truefalsn \n\u0001é']);
      const changed = text.slice(0, at) + inserted + text.slice(at + pick([0, 1]));
      if ((read(changed) !== undefined) !== parses(changed)) {
        throw new Error(`read differs from JSON.parse for ${JSON.stringify(changed)}`);
      }
    }
  });
});

test.each([
  [['{"a":1}', '{"a":2,"b":3}'], '{"a":1,"b":3}'],
  [['{"n":12345678901234567890}', '{"m":1e400,"o":1.0}'], '{"n":12345678901234567890,"m":1e400,"o":1.0}'],
  [['{"hits":[1.0]}', '{"hits":[]}', '{"hits":[ 1e2 , {} ]}'], '{"hits":[1.0, 1e2 , {} ]}'],
  [['{"a":{"b":{"c":[1]}}}', '{"a":{"b":{"c":[2],"d":0}}}'], '{"a":{"b":{"c":[1,2],"d":0}}}'],
  [['{"a":[1],"b":{},"c":null}', '{"a":{},"b":[1],"c":[1]}'], '{"a":[1],"b":{},"c":null}'],
  [['{}', '{}'], '{}'],
  [[
    '{"a":{ },"b":{"c":1},"d":[],"e":{}}', '{"a":{"c":1},"b":{},"d":{},"e":[1]}', '{"a":{"d":[]},"e":{}}',
  ], '{"a":{"c":1,"d":[]},"b":{"c":1},"d":[],"e":{}}'],
  [['{"a":1,"a":[1]}', '{"a":[2],"a":[3]}'], '{"a":[1,3]}'],
  [['{"\\u0061\\/":[1]}', '{"a/":[2]}'], '{"a/":[1,2]}'],
  [['{"é\\n":[1]}', '{"\\u00e9\\u000a":[2]}'], '{"é\\n":[1,2]}'],
  [
    ['{"__proto__":{"a":[1]}}', '{"__proto__":{"a":[2]},"constructor":1}'],
    '{"__proto__":{"a":[1,2]},"constructor":1}',
  ],
  [['{"\\ud800":1}', '{"\\uD800":2}'], '{"\\ud800":1}'],
  [['{"2":0,"1":[]}', '{"1":[1],"2":0}'], '{"2":0,"1":[1]}'],
  [['\ufeff { "a" : { } } ', '{"a":{"b":"]}"}}'], '{"a":{"b":"]}"}}'],
])('%j are merged as %s', (texts, text) => {
  expect(merged(...texts)).toBe(text);
});

test('what is merged and appended is what the values of JavaScript would be', () => {
  const next = random(5);
  for (let i = 0; i < 3_000; i++) {
    const objects = [0, 1, 2].map(() => ({ ...value(next, 3) as object, x: value(next, 2) }));
    expect(JSON.parse(merged(...objects.map((object) => JSON.stringify(object, undefined, i % 2)))))
      .toEqual(objects.reduce(mergedValues));
    const arrays = [0, 1, 2].map(() => [value(next, 2), value(next, 2)].slice(i % 3));
    expect(JSON.parse(appended(arrays.map((array) => read(JSON.stringify(array, undefined, i % 2))!)).toString()))
      .toEqual(arrays.flat());
  }
});

test('objects that are nested deeper than the stack are merged', () => {
  const depth = 200_000;
  const nested = (inner: string) => '{"a":'.repeat(depth) + inner + '}'.repeat(depth);
  expect(merged(nested('[1]'), nested('[2]'))).toBe(nested('[1,2]'));
});

test('memory for the members of objects is asked for and given back, and its refusal ends the merge', () => {
  const members = Array.from({ length: 1_000 }, (_, i) => [`name ${i}`, { i }]);
  const text = read(JSON.stringify(Object.fromEntries(members)))!;
  let held = 0;
  let most = 0;
  mergedText([text, text], {
    hold: (bytes) => { most = Math.max(most, held += bytes); },
    give: (bytes) => { held -= bytes; },
  });
  expect(most).toBeGreaterThan(2_000 * 300);
  expect(held).toBe(0);
  expect(() => mergedText([text], { hold: () => { throw new Error('full'); }, give: () => {} })).toThrow('full');
});

function parses(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}

/** Some value, nested no deeper than that. */
function value(next: () => number, depth: number): unknown {
  const pick = <T>(from: readonly T[]) => from[Math.floor(next() * from.length)];
  const kind = next();
  if (depth === 0 || kind < 0.3) return pick<unknown>([0, -1.5, 1e21, '', 'a"b', 'é\n', '[{', true, false, null]);
  const few = Array.from({ length: Math.floor(next() * 4) });
  if (kind < 0.6) return few.map(() => value(next, depth - 1));
  return Object.fromEntries(few.map(() => [pick(['a', 'b', 'c"', 'é', '']), value(next, depth - 1)]));
}

function mergedValues(first: any, second: any): any {
  const isObject = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each);
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (!isObject(first) || !isObject(second)) return first;
  const both = { ...first };
  for (const name of Object.keys(second)) {
    both[name] = name in first ? mergedValues(first[name], second[name]) : second[name];
  }
  return both;
}
