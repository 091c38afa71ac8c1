import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Forwarding, requestBytes } from '../../../runtime/root/request-bytes';

/** What a leaf gets of a GET with these headers: its lines, without those that every request has. */
function sent(
  lines: readonly string[], options: Partial<Forwarding> & { readonly line?: string; readonly address?: string } = {},
): string[] {
  const [method, url] = (options.line ?? 'GET /').split(' ');
  const socket = { remoteAddress: '10.0.0.1', localAddress: options.address ?? '10.0.0.2', localPort: 8080 } as Socket;
  const req = Object.assign(new IncomingMessage(socket), { method, url });
  const headers = lines.flatMap((line) => (
    [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]
  ));
  req.rawHeaders = headers;
  (req as any)._addHeaderLines(headers, headers.length);
  const text = requestBytes(req, undefined, { trusts: () => true, whole: true, safe: true, ...options })
    .toString('latin1');
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
  expect(headersOf([...RANGE, ...CONDITIONS], { line: 'PUT /', safe: false }).slice(1)).toEqual(CONDITIONS);
});

test('where the first answer is passed on, ranges and conditions are the leaf\'s business', () => {
  expect(headersOf([...RANGE, ...CONDITIONS], { whole: false })).toEqual([...RANGE, ...CONDITIONS]);
});
