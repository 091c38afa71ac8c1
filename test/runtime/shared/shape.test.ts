import { bodyText, parseBody } from '../../../runtime/shared/body';
import { parseCookies } from '../../../runtime/shared/cookies';
import { hasBody } from '../../../runtime/shared/read-body';
import { headersOf, requestOf } from '../../../runtime/shared/request-shape';
import { parseQuery, pathOf, queryOf, segmentsOf } from '../../../runtime/shared/target';
import { decodeEscapes, utf8Text } from '../../../runtime/shared/text';
import { random } from '../../random';

/** Bytes as node:http hands them out: a character each. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1');

test.each([
  ['/', '/', [''], {}],
  ['/a/b', '/a/b', ['a', 'b'], {}],
  ['/a/b/', '/a/b/', ['a', 'b', ''], {}],
  ['/%41%2f%C3%BC', '/A%2Fü', ['A/ü'], {}],
  ['/rooms/team%2Fdoc', '/rooms/team%2Fdoc', ['rooms', 'team/doc'], {}],
  ['/%3f%23%25%5c%2F', '/%3F%23%25%5C%2F', ['?#%\\/'], {}],
  ['/%2541', '/%2541', ['%41'], {}],
  ['/a%0Ab%7f%00', '/a%0Ab%7F%00', ['a\nb\x7f\0'], {}],
  ['/%20%22%27%3Cé', '/ "\'<é', [' "\'<é'], {}],
  ['//double', '//double', ['', 'double'], {}],
  ['/a//b/./../c', '/a//b/./../c', ['a', '', 'b', '.', '..', 'c'], {}],
  ['/x/%2e%2E/b', '/x/../b', ['x', '..', 'b'], {}],
  ['/a\\b', '/a\\b', ['a\\b'], {}],
  ['/a+b', '/a+b', ['a+b'], {}],
  ['*', '*', ['*'], {}],
  ['http://host', '/', [''], {}],
  ['http://host?a=1', '/', [''], { a: '1' }],
  ['HTTPS://host:8080/a?b=c', '/a', ['a'], { b: 'c' }],
  ['/a#b?c=d', '/a', ['a'], {}],
  ['/a?b=c#d', '/a', ['a'], { b: 'c' }],
  ['/?', '/', [''], {}],
  ['/?a', '/', [''], { a: '' }],
  ['/?=b', '/', [''], { '': 'b' }],
  ['/?a=b=c&&d', '/', [''], { a: 'b=c', d: '' }],
  ['/?q=a+b%20c%2B', '/', [''], { q: 'a b c+' }],
  ['/?a=1&a=2&%61=3', '/', [''], { a: '1' }],
  ['/?a=100%&b=%zz&c=k0%20100%&d=%4', '/', [''], { a: '100%', b: '%zz', c: 'k0 100%', d: '%4' }],
  ['/?a=%E9&b=%C3%A9%e9x', '/', [''], { a: '\ufffd', b: 'é\ufffdx' }],
  ['/?a=x%00y&b=%EF%BB%BFz', '/', [''], { a: 'x\0y', b: '\ufeffz' }],
  ['/?a?b=/c?d', '/', [''], { 'a?b': '/c?d' }],
])('the target %s is path %s, segments %j and query %j', (target, path, segments, query) => {
  expect([pathOf(target), segmentsOf(pathOf(target)), { ...parseQuery(queryOf(target)) }])
    .toEqual([path, segments, query]);
});

test('2,000 random queries are what URLSearchParams makes of them', () => {
  const below = ((next) => (limit: number) => Math.floor(next() * limit))(random(27));
  const parts = [
    'a', 'b', '=', '&', '+', '%', '%4', '%41', '%00', '%C3%A9', '%c3', '%A9', '%E2%82', '%F0%9F%98%80', '%ED%A0%80',
    '%F4%90', '%C0%80', ';', '%26', '%3D',
  ];
  for (let i = 0; i < 2000; i++) {
    const query = Array.from({ length: 1 + below(12) }, () => parts[below(parts.length)]).join('');
    const expected = Object.fromEntries([...new URLSearchParams(query)].reverse());
    expect([query, { ...parseQuery(query) }]).toEqual([query, expected]);
  }
});

test('20,000 random runs of bytes are the text that decoders make of them, and none where they are no UTF-8', () => {
  const below = ((next) => (limit: number) => Math.floor(next() * limit))(random(28));
  const edges = [
    0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf,
    0xe0, 0xe1, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
  ];
  const runs = Array.from({ length: 20_000 }, () => (
    Buffer.from(Array.from({ length: 1 + below(6) }, () => edges[below(edges.length)]))
  ));
  const wrong = runs.filter((bytes) => {
    const text = bytes.toString();
    const isUtf8 = Buffer.from(text).equals(bytes);
    return decodeEscapes(bytes.toString('hex').replace(/../g, '%$&')) !== text
      || utf8Text(bytes.toString('latin1')) !== (isUtf8 ? text : undefined);
  });
  expect(wrong).toEqual([]);
});

test.each(['/%', '/%z1', '/%ff', '/a%C3', '/%2', '/%C3%2F%A9', '/%ED%A0%80'])('the path %s is malformed', (target) => {
  expect(() => pathOf(target)).toThrow(expect.objectContaining({ status: 400 }));
});

test.each(['host:443', 'ftp://host/', 'a/b'])('the target %j is no path', (target) => {
  expect(() => pathOf(target)).toThrow('the request target is not a path');
});

const request = (url: string, rawHeaders: string[] = [], headers = {}) => (
  requestOf({ method: 'GET', url, rawHeaders, headers } as any)
);

test('a target is UTF-8 text, whether its bytes are escaped or not', () => {
  expect(request(latin1('/é?ü=€'))).toMatchObject({ path: '/é', segments: ['é'], query: { ü: '€' } });
  expect(() => request('/?u=%00&0\xe5'))
    .toThrow(expect.objectContaining({ status: 400, detail: 'the request target is not valid UTF-8' }));
});

test('headers are UTF-8 text, and Latin-1 where they are no UTF-8; all of one name are one', () => {
  const raw = [
    'X-User', latin1('Zoë 😀'), 'X-Old', 'Zo\xeb', 'Authorization', 'a', 'authorization', 'b', 'Cookie', 'a=1',
    'Cookie', 'b=2',
  ];
  expect({ ...headersOf(raw) })
    .toEqual({ 'x-user': 'Zoë 😀', 'x-old': 'Zoë', 'authorization': 'a, b', 'cookie': 'a=1; b=2' });
});

test('a cookie is UTF-8 text, whatever the bytes of another one are', () => {
  expect({ ...request('/', [], { cookie: `a=\xe9; b=${latin1('é\u00a0')}\t;\tc\t=\t1` }).cookies })
    .toEqual({ a: 'é', b: 'é\u00a0', c: '1' });
});

test('a request has the members that were promised, and no other one, whatever was added to all objects', () => {
  const added = Object.prototype as any;
  Object.defineProperty(added, 'added', { value: 'x', enumerable: true, configurable: true });
  try {
    const head = request('/a?b=c', ['x-y', 'z'], { cookie: 'd=e' });
    const { method, path, segments, query, headers, cookies, ...others } = head;
    expect([method, path, segments, { ...query }, { ...headers }, { ...cookies }, others])
      .toEqual(['GET', '/a', ['a'], { b: 'c' }, { 'x-y': 'z' }, { d: 'e' }, {}]);
  } finally {
    delete added.added;
  }
});

test('a query has as many parameters as were sent', () => {
  const query = parseQuery(Array.from({ length: 3000 }, (_, i) => `p${i}=${i}`).join('&'));
  expect(Object.keys(query)).toHaveLength(3000);
});

test.each([
  [undefined, {}],
  ['', {}],
  ['a=1', { a: '1' }],
  ['a=1; b=2;c=3', { a: '1', b: '2', c: '3' }],
  ['a=1; a=2', { a: '1' }],
  ['a=b=c; d=', { a: 'b=c', d: '' }],
  ['flag; a=1', { a: '1' }],
  ['a="q%20r"', { a: '"q%20r"' }],
])('the cookies %j are %j', (header, cookies) => {
  expect({ ...parseCookies(header) }).toEqual(cookies);
});

test('names that objects inherit are names like any other', () => {
  const names = ['__proto__', 'constructor', '__definegetter__', 'x'];
  for (const strings of [
    parseQuery(names.map((name) => `${name}=x`).join('&')),
    parseCookies(names.map((name) => `${name}=x`).join('; ')),
    headersOf(names.flatMap((name) => [name, 'x'])),
  ]) {
    expect(Object.keys(strings).sort()).toEqual([...names].sort());
    expect(names.map((name) => strings[name])).toEqual(['x', 'x', 'x', 'x']);
    expect(Object.getPrototypeOf(strings)).toBeNull();
  }
  expect(({} as any).x).toBeUndefined();
  for (const empty of [parseQuery(''), parseCookies(undefined), headersOf([])]) {
    expect('constructor' in empty).toBe(false);
  }
});

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['application/json', '{"a":1}', { a: 1 }],
  ['Application/JSON; charset=UTF-8', '[1]', [1]],
  ['application/vnd.api+json', 'null', null],
  ['text/json; charset=utf-8', '{"a":1}', { a: 1 }],
  ['application/json', '\ufeff1', 1],
  ['text/plain', 'grüß', 'grüß'],
  ['text/plain; charset="UTF-8"', 'grüß', 'grüß'],
  ['application/x-www-form-urlencoded', 'a=b', 'a=b'],
  ['image/svg+xml', '<svg/>', '<svg/>'],
  ['application/x-unknown; charset=utf-8', 'text', 'text'],
  ['', 'untyped', 'untyped'],
  ['application/json', '', undefined],
  ['application/octet-stream', '', undefined],
])('a body of type %j, %j, is %j', (type, text, body) => {
  expect(parseBody(bytes(text), { 'content-type': type })).toEqual(body);
  expect(bodyText(bytes(text), { 'content-type': type })).toBe(text === '' ? undefined : text.replace('\ufeff', ''));
});

test.each([
  'application/octet-stream', 'image/png', 'multipart/form-data; boundary=x', 'application/jsonp',
])('a body of type %s stays bytes', (type) => {
  expect(parseBody(bytes('ab'), { 'content-type': type })).toEqual(bytes('ab'));
  expect(bodyText(bytes('ab'), { 'content-type': type })).toBeUndefined();
});

test('a declared charset is honoured', () => {
  expect(parseBody(new Uint8Array([0xfc]), { 'content-type': 'text/plain; charset=ISO-8859-1' })).toBe('ü');
});

test.each([
  [{ 'content-type': 'application/json' }, bytes('{'), 400],
  [{ 'content-type': 'application/json' }, new Uint8Array([0x22, 0xff, 0x22]), 400],
  [{ 'content-type': 'text/plain; charset=none' }, bytes('x'), 415],
  [{ 'content-encoding': 'br' }, bytes('x'), 415],
])('headers %j with a body that does not fit are refused', (headers, body, status) => {
  expect(() => parseBody(body, headers as any)).toThrow(expect.objectContaining({ status }));
});

test('own names of a JSON body such as __proto__ change nothing that is inherited', () => {
  const body = parseBody(bytes('{"__proto__":{"admin":true}}'), { 'content-type': 'application/json' }) as any;
  expect(body.admin).toBeUndefined();
});

test.each([
  [{}, false],
  [{ 'content-length': '0' }, false],
  [{ 'content-length': '1' }, true],
  [{ 'transfer-encoding': 'chunked' }, true],
])('headers %j announce a body: %s', (headers, announced) => {
  expect(hasBody({ headers } as any)).toBe(announced);
});
