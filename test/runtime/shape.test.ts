import { parseBody } from '../../runtime/shared/body';
import { parseCookies } from '../../runtime/shared/cookies';
import { hasBody } from '../../runtime/shared/read-body';
import { copyHeaders, parseTarget } from '../../runtime/shared/request-shape';

test.each([
  ['/', '/', {}],
  ['/a/b', '/a/b', {}],
  ['/%41%2F%C3%BC', '/A/ü', {}],
  ['//double', '//double', {}],
  ['/a+b', '/a+b', {}],
  ['*', '*', {}],
  ['http://host', '/', {}],
  ['HTTPS://host:8080/a?b=c', '/a', { b: 'c' }],
  ['/?', '/', {}],
  ['/?a', '/', { a: '' }],
  ['/?a=b=c&&d', '/', { a: 'b=c', d: '' }],
  ['/?q=a+b%20c%2B', '/', { q: 'a b c+' }],
  ['/?a=1&a=2&%61=3', '/', { a: '1' }],
  ['/?a=100%&b=%zz', '/', { a: '100%', b: '%zz' }],
  ['/?a?b=/c?d', '/', { 'a?b': '/c?d' }],
])('the target %s is path %s and query %j', (target, path, query) => {
  const parsed = parseTarget(target);
  expect([parsed.path, { ...parsed.query }]).toEqual([path, query]);
});

test.each(['/%', '/%z1', '/%ff', '/a%C3'])('the path %s is malformed', (target) => {
  expect(() => parseTarget(target)).toThrow(expect.objectContaining({ status: 400 }));
});

test.each(['host:443', 'ftp://host/', 'a/b'])('the target %j is no path', (target) => {
  expect(() => parseTarget(target)).toThrow('the request target is not a path');
});

test('a query has as many parameters as were sent', () => {
  const { query } = parseTarget('/?' + Array.from({ length: 3000 }, (_, i) => `p${i}=${i}`).join('&'));
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
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
  for (const strings of [
    parseTarget('/?' + names.map((name) => `${name}=x`).join('&')).query,
    parseCookies(names.map((name) => `${name}=x`).join('; ')),
    copyHeaders(JSON.parse(`{${names.map((name) => `"${name}":"x"`).join()}}`)),
  ]) {
    expect(Object.keys(strings).sort()).toEqual([...names].sort());
    expect(names.map((name) => strings[name])).toEqual(['x', 'x', 'x', 'x']);
    expect(Object.getPrototypeOf(strings)).toBeNull();
  }
  expect(({} as any).x).toBeUndefined();
  for (const empty of [parseTarget('/').query, parseCookies(undefined), copyHeaders({})]) expect('constructor' in empty).toBe(false);
});

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['application/json', '{"a":1}', { a: 1 }],
  ['Application/JSON; charset=UTF-8', '[1]', [1]],
  ['application/vnd.api+json', 'null', null],
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
});

test.each(['application/octet-stream', 'image/png', 'multipart/form-data; boundary=x', 'application/jsonp'])('a body of type %s stays bytes', (type) => {
  expect(parseBody(bytes('ab'), { 'content-type': type })).toEqual(bytes('ab'));
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
