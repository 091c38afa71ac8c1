import { elementsOf, membersOf, Span, wholeOf } from '../../../runtime/shared/json';
import { random } from '../../random';

/** The value that the parts of a text make up, read with nothing but these parts. */
function assembled(text: string, span: Span = wholeOf(text)): unknown {
  if (text[span.start] === '[') return elementsOf(text, span).map((element) => assembled(text, element));
  if (text[span.start] === '{') {
    const object = {};
    for (const [name, value] of membersOf(text, span)) {
      Object.defineProperty(object, name, {
        value: assembled(text, value), enumerable: true, configurable: true, writable: true,
      });
    }
    return object;
  }
  return JSON.parse(text.slice(span.start, span.end));
}

test.each([
  ['1'],
  [' \t\n\r -0.5e+10 '],
  ['""'],
  ['"\\""'],
  ['"\\\\"'],
  ['{"a\\\\":"\\\\\\"]"}'],
  ['[]'],
  ['[ ]'],
  ['{ }'],
  ['[1,[2,[]],{}]'],
  ['{"a":{"b":[{"c":null}]},"d":true}'],
  ['{"\\u0061":1,"a":2}'],
  ['{"__proto__":1}'],
  [' { "a" : [ 1 , 2 ] , "b" : "]}" } '],
])('the parts of %j make up what JSON.parse reads', (text) => {
  expect(assembled(text)).toEqual(JSON.parse(text));
});

test('the parts of 2,000 random texts make up what JSON.parse reads', () => {
  const below = ((next) => (limit: number) => Math.floor(next() * limit))(random(11));
  const space = () => ['', '', '', ' ', '\n\t'][below(5)];
  const char = () => ['"', '\\', 'a', '[', '}', ',', 'é', '\n'][below(8)];
  const string = () => JSON.stringify(Array.from({ length: below(4) }, char).join(''));
  const spaced = (text: string) => space() + text + space();
  const value = (depth: number): string => {
    switch (below(depth > 0 ? 6 : 4)) {
      case 0: return spaced(string());
      case 1: return spaced(['0', '-1.50', '1e9', '12345678901234567890'][below(4)]);
      case 2: return spaced(['true', 'false', 'null'][below(3)]);
      case 3: return spaced(['[]', '{}', '[ ]', '{ }'][below(4)]);
      case 4: return spaced(`[${Array.from({ length: 1 + below(4) }, () => value(depth - 1)).join()}]`);
      default: {
        const members = Array.from({ length: 1 + below(4) }, () => `${spaced(string())}:${value(depth - 1)}`);
        return spaced(`{${members.join()}}`);
      }
    }
  };
  for (let i = 0; i < 2000; i++) {
    const text = value(4);
    expect([text, assembled(text)]).toEqual([text, JSON.parse(text)]);
  }
});

test('a number is a part of the text with all its digits', () => {
  const text = '{"id": 9007199254740993 , "more": 1.0}';
  expect(membersOf(text, wholeOf(text)).map(([, { start, end }]) => text.slice(start, end)))
    .toEqual(['9007199254740993', '1.0']);
});

test('a million levels and a text of a megabyte are read without recursion', () => {
  const deep = '['.repeat(1e6) + ']'.repeat(1e6);
  expect(wholeOf(deep)).toEqual({ start: 0, end: 2e6 });
  const long = JSON.stringify(['"\\'.repeat(5e5), 1]);
  expect(elementsOf(long, wholeOf(long))[1]).toEqual({ start: long.length - 2, end: long.length - 1 });
});
