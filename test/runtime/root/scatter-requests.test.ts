import { Asking, ask, echoing, scattering, seen, TOLD } from './scattering';
import type { PodProcess } from '../server';

/** Headers that each request of these tests has. */
const USUAL = /^(host|connection|x-code|x-forwarded-.*|x-request-id|accept-encoding|user-agent):/;

describe('one leaf is asked', () => {
  let pod: PodProcess;
  beforeAll(async () => { pod = await scattering(await echoing(1), TOLD, { maxBodySize: 1_000 }); });

  /** What the leaf gets: its lines but for the usual ones, and behind the empty one the body. */
  const sent = async (code: string, asking?: Asking) => {
    const answered = await ask(pod, code, asking);
    expect(answered.status).toBe(200);
    const [head, body] = (await seen(answered)).get(0)!.split('\r\n\r\n');
    return [...head.split('\r\n').filter((line) => !USUAL.test(line)), ...body ? [body] : []];
  };

  test('what the client asks, where the function says nothing else', async () => {
    const asking = { path: '/a%20b?x=%41&y', headers: { 'x-user': 'ada' }, body: 'hi', method: 'POST' };
    expect(await sent('() => ({})', asking))
      .toEqual(['POST /a%20b?x=%41&y HTTP/1.1', 'x-user: ada', 'content-length: 2', 'hi']);
    expect(await sent('() => ({ path: undefined, query: undefined, headers: undefined, body: undefined })', asking))
      .toEqual(['POST /a%20b?x=%41&y HTTP/1.1', 'x-user: ada', 'content-length: 2', 'hi']);
  });

  test('for a path and a query of its own, each without the other, and both', async () => {
    const cases: [code: string, target: string][] = [
      ['() => ({ path: "/b" })', '/b?x=%41&y'],
      ['() => ({ query: { z: 1 } })', '/a%20b?z=1'],
      ['() => ({ path: "/b", query: {} })', '/b'],
      ['() => ({ path: "//b//" , query: { a: "" } })', '//b//?a='],
      ['() => Object.assign(Object.create(null), { path: "/null" })', '/null?x=%41&y'],
    ];
    for (const [code, target] of cases) {
      expect(await sent(code, { path: '/a%20b?x=%41&y' })).toEqual([`GET ${target} HTTP/1.1`]);
    }
    expect(await sent('() => ({ path: "/b" })', { path: '/a?x#y?z' })).toEqual(['GET /b?x HTTP/1.1']);
    expect(await sent('() => ({ query: { q: 1 } })', { path: '*', method: 'OPTIONS' })).toEqual(['OPTIONS * HTTP/1.1']);
  });

  test.each([
    ['/a/b', '/a/b'], ['/a%2Fb/%3F%23%25%5C%0A', '/a%2Fb/%3F%23%25%5C%0A'], ['/%41%c3%a9%20"<>', '/A%C3%A9%20%22%3C%3E'],
    ['/[a]|^`{b}', '/%5Ba%5D%7C%5E%60%7Bb%7D'], ['//x/../y', '//x/../y'], ["/!$&'()*+,;=:@-._~", "/!$&'()*+,;=:@-._~"],
    ['*', '*'],
  ])('for the path that the client has sent, %s, as request.path has it', async (path, target) => {
    const asking = { path, method: path === '*' ? 'OPTIONS' : 'GET' };
    expect(await sent('(request) => ({ path: request.path })', asking)).toEqual([`${asking.method} ${target} HTTP/1.1`]);
  });

  test.each([
    ['/100%', '/100%25'], ['/%zz%4', '/%25zz%254'], ['/a b\r\nc: d', '/a%20b%0D%0Ac:%20d'], ['/\\..\\', '/%5C..%5C'],
    ['/é/日本/😀', '/%C3%A9/%E6%97%A5%E6%9C%AC/%F0%9F%98%80'], ['/\0\x7f', '/%00%7F'], ['/%c3%A9', '/%c3%A9'],
  ])('for the path %j, with what may not stand there escaped', async (path, target) => {
    expect(await sent(`() => (${JSON.stringify({ path })})`)).toEqual([`GET ${target} HTTP/1.1`]);
  });

  test.each([
    ['{ a: 1.5, b: true, c: false, d: "x", e: -0, f: 1e21 }', 'a=1.5&b=true&c=false&d=x&e=0&f=1e%2B21'],
    ['{ id: ["1", 2, true], none: [] }', 'id=1&id=2&id=true'],
    ['{ a: undefined, b: null, c: "" }', 'c='],
    ['{ "a b&": "c d+e=&%/?#\\r\\n", "é": "日😀" }', 'a+b%26=c+d%2Be%3D%26%25%2F%3F%23%0D%0A&%C3%A9=%E6%97%A5%F0%9F%98%80'],
    ['{ a: "*-._~!\'()", b: "\\ud800" }', 'a=*-._%7E%21%27%28%29&b=%EF%BF%BD'],
    ['new URLSearchParams([["a", "1"], ["a", "x y"]])', 'a=1&a=x+y'],
    ['{ ["__proto__"]: "x" }', '__proto__=x'],
  ])('for the query %s', async (query, text) => {
    const [line] = await sent(`() => ({ query: ${query} })`);
    expect(line).toBe(`GET /a?${text} HTTP/1.1`);
    const pairs = await ask(pod, `() => ({ headers: { "x-pairs": JSON.stringify([...new URLSearchParams("${text}")]) } })`);
    expect(pairs.status).toBe(200);
  });

  test('for a query that the client has sent, with one parameter more', async () => {
    expect(await sent('({ query }) => ({ query: { ...query, page: 2 } })', { path: '/a?q=x+y%26&q=z' }))
      .toEqual(['GET /a?q=x+y%26&page=2 HTTP/1.1']);
  });

  test('with headers that are put over those of the client, or away', async () => {
    const headers = { 'X-User': 'ada', 'Authorization': 'mine', 'accept': 'text/x', 'x_tenant': 'evil' };
    expect(await sent(
      '() => ({ headers: { "X-USER": "bob", authorization: null, accept: undefined, "x-tenant": "acme", "x-count": 3, "x-empty": "" } })',
      { headers },
    )).toEqual(['GET /a HTTP/1.1', 'x-user: bob', 'x-tenant: acme', 'x-count: 3', 'x-empty: ']);
  });

  test('with headers whose text is UTF-8', async () => {
    const [, line] = await sent('() => ({ headers: { "x-name": "Grüße\\t日" } })');
    expect(Buffer.from(line, 'latin1').toString()).toBe('x-name: Grüße\t日');
  });

  test('with a condition or a range of its own, also where answers are put together', async () => {
    expect(await sent('() => ({ headers: { "if-none-match": "b" } })', { headers: { 'if-none-match': 'a' } }))
      .toEqual(['GET /a HTTP/1.1', 'if-none-match: b']);
  });

  test.each([
    ['"text é"', 'content-type: text/plain; charset=utf-8', 'text \xc3\xa9'],
    ['""', 'content-type: text/plain; charset=utf-8', ''],
    ['new Uint8Array([104, 105])', 'content-type: application/octet-stream', 'hi'],
    ['Buffer.from("hi")', 'content-type: application/octet-stream', 'hi'],
    ['new TextEncoder().encode("hi").buffer', 'content-type: application/octet-stream', 'hi'],
    ['{ a: [1, null] }', 'content-type: application/json', '{"a":[1,null]}'],
    ['[]', 'content-type: application/json', '[]'],
    ['false', 'content-type: application/json', 'false'],
    ['0', 'content-type: application/json', '0'],
    ['new Date(0)', 'content-type: application/json', '"1970-01-01T00:00:00.000Z"'],
  ])('with the body %s, and its type in the place of the client\'s', async (body, type, text) => {
    const headers = { 'content-type': 'application/x', 'content-encoding': 'identity', 'content-language': 'de' };
    expect(await sent(`() => ({ body: ${body} })`, { method: 'POST', headers, body: 'from the client' }))
      .toEqual(['POST /a HTTP/1.1', type, `content-length: ${text.length}`, ...text ? [text] : []]);
  });

  test('with a body of its own and a type of its own, or none', async () => {
    expect(await sent('() => ({ method: "PUT", headers: { "Content-Type": "text/csv" }, body: "a,b" })'))
      .toEqual(['PUT /a HTTP/1.1', 'content-type: text/csv', 'content-length: 3', 'a,b']);
    expect(await sent('() => ({ method: "PUT", headers: { "content-type": null }, body: "a,b" })'))
      .toEqual(['PUT /a HTTP/1.1', 'content-length: 3', 'a,b']);
  });

  test('without a body, where it is null or the method says so', async () => {
    const asking = { method: 'POST', headers: { 'content-type': 'text/x' }, body: 'from the client' };
    expect(await sent('() => ({ body: null })', asking)).toEqual(['POST /a HTTP/1.1']);
    expect(await sent('() => ({ method: "GET" })', asking)).toEqual(['GET /a HTTP/1.1']);
    expect(await sent('() => ({ method: "HEAD" })', asking)).toEqual(['GET /a HTTP/1.1']);
    expect(await sent('() => ({ method: "GET", body: "q" })', asking))
      .toEqual(['GET /a HTTP/1.1', 'content-type: text/plain; charset=utf-8', 'content-length: 1', 'q']);
    expect(await sent('() => ({ method: "PUT" })', asking))
      .toEqual(['PUT /a HTTP/1.1', 'content-type: text/x', 'content-length: 15', 'from the client']);
  });

  test('for what the function finds in the body of the client', async () => {
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"id":7}' };
    expect(await sent('({ body }) => ({ method: "GET", path: `/${body.id}` })', json)).toEqual(['GET /7 HTTP/1.1']);
    expect(await sent('({ text }) => ({ body: text })', json)).toContain('{"id":7}');
  });

  test('with the bytes that the client has sent, although the function changes what it was given', async () => {
    expect(await sent('({ body }) => { body.fill(0); return { headers: { "x-b": 1 } }; }', {
      method: 'POST', headers: { 'content-type': 'image/png' }, body: 'bytes',
    })).toContainEqual('\0'.repeat(5));
    expect(await sent('() => { const body = Buffer.alloc(3, "a"); setImmediate(() => body.fill("b")); return { body }; }'))
      .toContain('aaa');
  });

  describe('not, and the client gets a 500 whose reason is in the log, where the function returns', () => {
    const RESULT = 'return { path, query, headers, method, body }';
    test.each([
      ['a text', '"/users"', `the result is a string: ${RESULT}`],
      ['a list', '[]', `the result is an Array: ${RESULT}`],
      ['true', 'true', `the result is true: ${RESULT}`],
      ['false', 'false', `the result is false: ${RESULT}`],
      ['an object of a class', 'new (class Ask { path = "/" })()', `the result is an Ask: ${RESULT}`],
      ['a Request', 'new Request("http://x/")', `the result is a Request: ${RESULT}`],
      ['a Response', 'new Response("x")', `the result is a Response: ${RESULT}`],
      ['a Map', 'new Map()', `the result is a Map: ${RESULT}`],
      ['an Error', 'new RangeError("x")', `the result is a RangeError: ${RESULT}`],
      ['a function', '() => 1', `the result is a function: ${RESULT}`],
      ['a Promise', 'Promise.resolve({})', 'the result is a Promise: a scatter function is synchronous'],
      ['another member', '{ qurey: { a: 1 } }', `the result has a member "qurey": ${RESULT}`],
      ['a path without a slash', '{ path: "users" }', 'path is "users": it starts with a slash'],
      ['a whole URL', '{ path: "http://x/y" }', 'path is "http://x/y": it starts with a slash'],
      ['a query in the path', '{ path: "/users?a" }', 'path is "/users?a": a query goes into query'],
      ['a fragment in the path', '{ path: "/#" }', 'path is "/#": a query goes into query'],
      ['half a character in the path', '{ path: "/\\ud800" }', 'half of a surrogate pair is no text in UTF-8'],
      ['a number as path', '{ path: 1 }', 'path is 1: give a text that starts with a slash'],
      ['null as path', '{ path: null }', 'path is null: give a text that starts with a slash'],
      ['a text as query', '{ query: "a=1" }', "query is a string: give an object, { q: 'text' }, or new URLSearchParams(…)"],
      ['a Map as query', '{ query: new Map() }', 'query is a Map: give an object'],
      ['NaN as parameter', '{ query: { a: NaN } }', 'query.a is NaN: a parameter is a text, a number'],
      ['an object as parameter', '{ query: { a: {} } }', 'query.a is an Object: a parameter is a text'],
      ['a bigint as parameter', '{ query: { a: 1n } }', 'query.a is a bigint: a parameter is a text'],
      ['undefined in a list', '{ query: { a: ["x", undefined] } }', 'query.a[1] is undefined: a parameter is a text'],
      ['a hole in a list', '{ query: { a: [,1] } }', 'query.a[0] is undefined: a parameter is a text'],
      ['a list of headers', '{ headers: [["a", "b"]] }', "headers is an Array: give an object, { 'x-user': 'ada' }"],
      ['Headers', '{ headers: new Headers() }', 'headers is a Headers: give an object'],
      ['a header without a proper name', '{ headers: { "a b": "c" } }', 'headers names "a b": a name is letters'],
      ['a header with an empty name', '{ headers: { "": "c" } }', 'headers names "": a name is letters'],
      ['a header twice', '{ headers: { "x-a": "1", "X-A": "2" } }', 'headers names X-A twice'],
      ...[
        'Host', 'content-length', 'connection', 'transfer-encoding', 'keep-alive', 'te', 'upgrade', 'expect',
        'x-forwarded-for', 'X-Forwarded-Proto', 'x_forwarded_for', 'forwarded', 'x-real-ip', 'x-request-id',
        'accept-encoding',
      ].map((name) => [
        `the header ${name}`, `{ headers: { "${name}": "x" } }`, `headers names ${name}, which the root itself writes`,
      ]),
      ['a line break in a header', '{ headers: { a: "b\\r\\nc: d" } }', 'headers.a has a line break, a control character'],
      ['a zero in a header', '{ headers: { a: "b\\0" } }', 'headers.a has a line break, a control character'],
      ['half a character in a header', '{ headers: { a: "\\udc00" } }', 'headers.a has a line break, a control character'],
      ['a list in a header', '{ headers: { a: ["b"] } }', 'headers.a is an Array: a value is text'],
      ['NaN in a header', '{ headers: { a: NaN } }', 'headers.a is NaN: a value is text'],
      ['a method in small letters', '{ method: "get" }', 'method is "get": write it in capitals'],
      ['a method with a line in it', '{ method: "GET / HTTP/1.1\\r\\n" }', 'write it in capitals'],
      ['an empty method', '{ method: "" }', 'method is "": write it in capitals'],
      ['null as method', '{ method: null }', 'method is null: write it in capitals'],
      ['CONNECT', '{ method: "CONNECT" }', 'method is CONNECT, which is not served'],
      ['a Promise as body', '{ body: Promise.resolve(1) }', 'body is a Promise'],
      ['a function as body', '{ body: () => 1 }', 'body is a function'],
      ['a bigint in the body', '{ body: { a: 1n } }', 'body.a is a bigint'],
      ['a Map in the body', '{ body: { a: new Map() } }', 'body.a is a Map'],
      ['a circle as body', '(() => { const body = []; body.push(body); return { body }; })()', 'body[0] is what holds it'],
      ['a stream as body', '{ body: new ReadableStream() }', 'body is a ReadableStream'],
      ['a body that is too large', '{ body: "é".repeat(501) }', 'body has 1002 bytes, and maxBodySize lets it have 1000'],
    ])('%s', async (_, result, sentence) => {
      const before = pod.lines.length;
      const answered = await ask(pod, `() => (${result})`);
      expect([answered.status, (await answered.json() as any).detail])
        .toEqual([500, 'the result of the scatter function cannot be sent; the log of the pod says why']);
      const { message } = await pod.logged((line) => line.level === 'error' && pod.lines.indexOf(line) >= before);
      expect(message).toMatch(/^the result of the scatter function cannot be sent: \S/);
      expect(message).toContain(sentence);
    });
  });
});
