import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Forms } from '../../../runtime/root/form';
import { Forwarding, Outgoing } from '../../../runtime/root/request-bytes';
import type { Way } from '../../../src/contract';

/** What a request is sent with, besides what it says. */
interface Options extends Partial<Forwarding> {
  readonly line?: string;
  readonly address?: string;
  readonly way?: Way;
  readonly env?: NodeJS.ProcessEnv;
}

/** What a leaf gets of a GET with these headers: its lines. */
function sent(lines: readonly string[], options: Options = {}): string[] {
  const [method, url] = (options.line ?? 'GET /').split(' ');
  const socket = { remoteAddress: '10.0.0.1', localAddress: options.address ?? '10.0.0.2', localPort: 8080 } as Socket;
  const req = Object.assign(new IncomingMessage(socket), { method, url });
  const headers = lines.flatMap((line) => (
    [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]
  ));
  req.rawHeaders = headers;
  (req as any)._addHeaderLines(headers, headers.length);
  const forwarding = { id: 'id', trusts: () => true, whole: true, ...options };
  const forms = new Forms(options.env ?? {});
  const number = forms.of(options.way);
  const [{ bytes }] = new Outgoing(req, forwarding).inForms([forms.all[number]], undefined);
  const text = bytes.toString('latin1');
  return text.split('\r\n').slice(0, -2);
}

const headersOf = (lines: readonly string[], options?: Parameters<typeof sent>[1]) => (
  sent(lines, options).filter((line) => !/^(GET|host|x-forwarded-|x-request-id|accept-encoding)/.test(line))
);

test.each([
  'X_Forwarded_For: 203.0.113.7', 'x_real_ip: 203.0.113.7', 'X-Forwarded_Proto: https', 'x_forwarded_host: evil',
  'X_Forwarded_Port: 1', 'X_Forwarded_Prefix: /',
  'Content_Length: 3', 'Transfer_Encoding: chunked', 'X_Request_Id: 1', 'x_request-id: 1', 'Accept_Encoding: gzip',
  'X.Forwarded.For: 203.0.113.7', 'x~real~ip: 203.0.113.7', 'Keep_Alive: 1', 'if_none_match: *',
])('%s is not passed on: behind CGI and WSGI it would be the header that the root sets or guards', (line) => {
  expect(headersOf([line, 'x-user: ada'])).toEqual(['x-user: ada']);
});

test.each([
  'x_user: ada', 'X.User: ada', 'forwarded_for: x', 'x_forwarded: x', '_: x',
])('%s, which is nobody else\'s, is passed on as it came', (line) => {
  expect(headersOf([line])).toEqual([line.replace(/^[^:]*/, (name) => name.toLowerCase())]);
});

test.each([
  [['x-forwarded-proto: https'], 'https'],
  [['x-forwarded-proto: http'], 'http'],
  [['x-forwarded-proto: wss'], 'https'],
  [['x-forwarded-proto: ws'], 'http'],
  [['x-forwarded-proto: HTTPS'], 'https'],
  [['x-forwarded-proto: https,http'], 'https'],
  [['x-forwarded-proto:  wss , http'], 'https'],
  [['x-forwarded-proto: http, https'], 'http'],
  [['x-forwarded-proto: https', 'X-Forwarded-Proto: http'], 'https'],
  [['x-forwarded-proto: gopher'], 'http'],
  [['x-forwarded-proto: '], 'http'],
  [[], 'http'],
])('from a trusted proxy %j is the scheme %s', (lines, scheme) => {
  expect(sent(lines)).toContain(`x-forwarded-proto: ${scheme}`);
});

test('from anyone else the scheme is what the root sees', () => {
  expect(sent(['x-forwarded-proto: wss'], { trusts: () => false })).toContain('x-forwarded-proto: http');
});

test.each([
  ['the host header, with its port', ['host: shop.example:8080'], {}, 'shop.example:8080'],
  [
    'the target, where it names one', ['host: other.example'], { line: 'GET http://shop.example:8080/a' },
    'shop.example:8080',
  ],
  [
    'the target without its user', ['host: other.example'], { line: 'GET http://ada:secret@shop.example/a' },
    'shop.example',
  ],
  ['the address that was called, without a host', [], {}, '10.0.0.2:8080'],
  ['the address that was called, with an empty host', ['host:'], {}, '10.0.0.2:8080'],
  ['an IPv4 address on a socket of both families', [], { address: '::ffff:10.0.0.2' }, '10.0.0.2:8080'],
  ['an IPv6 address in brackets', [], { address: 'fd00::1' }, '[fd00::1]:8080'],
])('leaves are told of %s', (_, lines, options, host) => {
  expect(sent(lines, options)).toEqual(expect.arrayContaining([`host: ${host}`, `x-forwarded-host: ${host}`]));
});

test('a target that names no host is refused', () => {
  expect(() => sent([], { line: 'GET http://a"b/' })).toThrow('the request target names no host');
});

const RANGE = ['range: bytes=0-1', 'if-range: "a"'];
const CONDITIONS = ['if-match: "a"', 'if-none-match: "a"', 'if-modified-since: x', 'if-unmodified-since: x'];

test('where answers are put together, leaves are asked for whole ones, whatever the client has already', () => {
  expect(headersOf([...RANGE, ...CONDITIONS, 'accept: x'])).toEqual(['accept: x']);
});

test('a condition on a change reaches the leaves', () => {
  expect(headersOf([...RANGE, ...CONDITIONS], { line: 'PUT /' }).slice(1)).toEqual(CONDITIONS);
});

test('where the first answer is passed on, ranges and conditions are the leaf\'s business', () => {
  expect(headersOf([...RANGE, ...CONDITIONS], { whole: false })).toEqual([...RANGE, ...CONDITIONS]);
});

describe('the way to a leaf', () => {
  const caller = [
    'Host: shop.example', 'Authorization: Basic YTpi', 'Cookie: a=1', 'X-User: ada', 'Accept: text/x',
    'Content-Type: text/plain', 'X-Forwarded-For: 203.0.113.7', 'X-Real-IP: 203.0.113.7', 'Via: 1.1 here',
  ];

  test.each<[string, Way, string[]]>([
    ['says nothing', {}, [
      'GET /a?b HTTP/1.1', 'host: shop.example', 'authorization: Basic YTpi', 'cookie: a=1', 'x-user: ada',
      'accept: text/x', 'content-type: text/plain', 'via: 1.1 here', 'x-forwarded-for: 203.0.113.7, 10.0.0.1',
      'x-forwarded-host: shop.example', 'x-forwarded-proto: http', 'x-real-ip: 203.0.113.7', 'x-request-id: id',
      'accept-encoding: identity',
    ]],
    ['leaves out who is calling', {
      host: 'api.example.com:8443',
      basePath: '/v1',
      without: [
        'authorization', 'cookie', 'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto',
        'x-real-ip',
      ],
    }, [
      'GET /v1/a?b HTTP/1.1', 'host: api.example.com:8443', 'x-user: ada', 'accept: text/x',
      'content-type: text/plain', 'x-request-id: id', 'accept-encoding: identity',
    ]],
    ['lets two headers through', { only: ['accept', 'x-forwarded-for'] }, [
      'GET /a?b HTTP/1.1', 'host: shop.example', 'accept: text/x', 'content-type: text/plain',
      'x-forwarded-for: 203.0.113.7, 10.0.0.1', 'accept-encoding: identity',
    ]],
    ['has headers of its own', {
      only: ['x-user', 'authorization'],
      headers: [
        { name: 'authorization', text: 'Bearer ', secret: 'TOKEN' }, { name: 'x-user', text: 'shop' },
        { name: 'accept-encoding', text: 'gzip' }, { name: 'x-request-id', text: '1' },
      ],
    }, [
      'GET /a?b HTTP/1.1', 'host: shop.example', 'content-type: text/plain', 'authorization: Bearer t"o\\k$e{n}',
      'x-user: shop', 'accept-encoding: gzip', 'x-request-id: 1',
    ]],
  ])('%s', (_, way, lines) => {
    expect(sent(caller, { way, line: 'GET /a?b', env: { TOKEN: 't"o\\k$e{n}\n' } })).toEqual(lines);
  });

  test.each<[string, Way]>([
    ['Proxy_Authorization: x', { without: ['proxy-authorization'] }],
    ['X.Api.Key: x', { headers: [{ name: 'x-api-key', text: 'ours' }] }],
    ['x_api-key: x', { only: ['accept'] }],
  ])('%s, which CGI takes for its twin with dashes, does not slip by', (line, way) => {
    expect(headersOf([line], { way }).filter((each) => each.endsWith(': x'))).toEqual([]);
  });

  test('a value that is not ASCII is sent as UTF-8', () => {
    const way = { headers: [{ name: 'x-name', text: '', secret: 'NAME' }] };
    const [value] = headersOf([], { way, env: { NAME: 'Grüße' } });
    expect(Buffer.from(value, 'latin1').toString()).toBe('x-name: Grüße');
  });

  test.each([
    ['/', '/v1/'], ['//a/b%2Fc?d=../e', '/v1//a/b%2Fc?d=../e'], ['*', '*'], ['/.well-known/...', '/v1/.well-known/...'],
    ['http://shop.example/a', '/v1/a'], ['http://shop.example?a', '/v1/?a'],
  ])('its path stands in front of %s', (target, whole) => {
    expect(sent([], { way: { basePath: '/v1' }, line: `GET ${target}` })[0]).toBe(`GET ${whole} HTTP/1.1`);
  });

  test.each([
    '/..', '/../a', '/a/..', '/a/%2e%2E/b', '/a/.%2e', '/a/..;x/b', '/a\\..\\b', '/a%2f..%2fb', '/a%5C..', '/./a',
    'http://shop.example/../a',
  ])('%s, which could lead out of its path, is refused', (target) => {
    expect(() => sent([], { way: { basePath: '/v1' }, line: `GET ${target}` }))
      .toThrow('the path has a part that is . or .., which could lead out of the path of a leaf');
    expect(sent([], { line: `GET ${target}` })[0]).toBe(`GET ${target.replace('http://shop.example', '')} HTTP/1.1`);
  });
});

test.each([
  ['a\nb: c', 'has a line break'], ['a\r\n\r\n', 'has a line break'], ['a\0', 'has a line break'], ['a\tb', 'has a line break'],
  ['a\ufffd', 'has a line break'], [undefined, 'is missing'],
])('a root does not start with the secret %j, and does not tell it', (value, flaw) => {
  const start = () => new Forms({ TOKEN: value }).of({ headers: [{ name: 'x', text: '', secret: 'TOKEN' }] });
  expect(start).toThrow(`the environment variable TOKEN ${flaw}`);
  if (value !== undefined) expect(start).not.toThrow(value);
});

test.each(['s3cret\n', 's3cret\r\n'])('one line break at the end of the secret %j is cut off', (value) => {
  const way = { headers: [{ name: 'x', text: 'Bearer ', secret: 'TOKEN' }] };
  expect(headersOf([], { way, env: { TOKEN: value } })).toEqual(['x: Bearer s3cret']);
});

test('ways that differ in connections only have one form', () => {
  const forms = new Forms({});
  const numbers = [
    forms.of(), forms.of({ tls: { serverName: 'a' } }), forms.of({ host: 'a' }), forms.of({ connectTimeout: 1 }),
    forms.of({ host: 'a', tls: { serverName: 'a' } }),
  ];
  expect([numbers, forms.all.length]).toEqual([[0, 0, 1, 0, 1], 2]);
});
