import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { serve, PodProcess } from '../server';

/** A server whose handler makes the result that a request names. */
const HANDLER = `async (request, { signal }) => {
  const { Readable } = await import('node:stream');
  const { createReadStream } = await import('node:fs');
  class Point { constructor() { this.x = 1; } }
  class Named { constructor() { this.x = 1; } toJSON() { return { named: true }; } }
  class Hidden { #x = 1; get x() { return this.#x; } }
  class Rows { constructor() { this.count = 2; } *[Symbol.iterator]() { yield 'a'; yield 'b'; } }
  const bytes = new Uint8Array([1, 2, 3, 4]);
  const utf8 = new TextEncoder();
  const cycle = { a: {} }; cycle.a.b = cycle;
  const form = new FormData(); form.set('name', 'ada'); form.set('file', new Blob(['text']), 'f.txt');
  const results = {
    'Date': () => new Date(0),
    'URL': () => new URL('http://x/y'),
    'instance': () => new Point(),
    'instance with toJSON': () => new Named(),
    'empty object': () => ({}),
    'object without a prototype': () => Object.assign(Object.create(null), { a: 1 }),
    'nested empty objects': () => ({ a: {}, b: [{}], c: '{}', d: new Date(0), e: undefined }),
    'boxed number': () => new Number(3),
    'Proxy of an object': () => new Proxy({ a: 1 }, {}),

    'Buffer': () => Buffer.from('buffer'),
    'part of a Buffer': () => Buffer.from('a part').subarray(2),
    'ArrayBuffer': () => bytes.buffer,
    'SharedArrayBuffer': () => {
      const shared = new SharedArrayBuffer(2);
      new Uint8Array(shared).fill(7);
      return shared;
    },
    'Uint16Array': () => new Uint16Array([0x0201, 0x0403]),
    'Float64Array': () => new Float64Array([1]),
    'DataView': () => new DataView(bytes.buffer, 1, 2),
    'no bytes': () => new Uint8Array(0),

    'Blob': () => new Blob(['<p>'], { type: 'text/html' }),
    'Blob without a type': () => new Blob(['x']),
    'File': () => new File(['{}'], 'a.json', { type: 'application/json' }),
    'URLSearchParams': () => new URLSearchParams({ a: 'b c', d: 'ü' }),
    'FormData': () => form,

    'generator': () => (function* () { yield 'grü'; yield 'ß'; })(),
    'generator of bytes': () => (function* () { yield bytes; yield bytes.buffer; })(),
    'generator of nothing': () => (function* () {})(),
    'async generator': () => (async function* () { yield 'a'; await null; yield 'b'; })(),
    'iterable': () => new Rows(),
    'iterator of an array': () => ['a', 'b'].values(),
    'async iterable': () => ({ async *[Symbol.asyncIterator]() { yield 'a'; yield ''; yield 'b'; } }),
    'ReadableStream': () => new ReadableStream({
      start(controller) {
        controller.enqueue(utf8.encode('web'));
        controller.close();
      },
    }),
    'stream of a Blob': () => new Blob(['blob']).stream(),
    'Readable': () => Readable.from([Buffer.from('no'), Buffer.from('de')]),
    'Readable with an encoding': () => (
      Readable.from([Buffer.from('node')], { objectMode: false }).setEncoding('utf8')
    ),
    'file': () => createReadStream(new URL('words.txt', import.meta.url)),
    'compressed stream': () => new Blob(['x']).stream()
      .pipeThrough(new CompressionStream('gzip')).pipeThrough(new DecompressionStream('gzip')),

    'Map': () => new Map([['a', 1]]),
    'Set': () => new Set(['a']),
    'WeakMap': () => new WeakMap(),
    'Headers': () => new Headers({ a: 'b' }),
    'Request': () => new Request('http://x/'),
    'RegExp': () => /x/,
    'Error': () => Object.assign(new TypeError('returned'), { code: 'E' }),
    'bigint': () => 1n,
    'symbol': () => Symbol('s'),
    'function': () => () => 1,
    'class': () => Point,
    'object of private fields': () => new Hidden(),
    'nested Map': () => ({ users: [{ roles: new Map() }] }),
    'nested Promise': () => ({ user: Promise.resolve(1) }),
    'nested Error': async () => Promise.allSettled([Promise.reject(new Error('no'))]),
    'nested bigint': () => ({ n: [1n] }),
    'nested bytes': () => ({ bytes }),
    'nested Response': () => [new Response('x')],
    'nested generator': () => ({ rows: (function* () {})() }),
    'nested private fields': () => ({ hidden: new Hidden() }),
    'cycle': () => cycle,
    'toJSON of nothing': () => ({ toJSON() {} }),
    'generator of objects': () => (function* () { yield { a: 1 }; })(),
    'async generator of numbers': () => (async function* () { yield 1; })(),
    'locked stream': () => { const stream = new Blob(['x']).stream(); stream.getReader(); return stream; },
    'used Response': async () => { const used = new Response('x'); await used.text(); return used; },
    'read Response': async () => {
      const used = new Response('x');
      const reader = used.body.getReader();
      await reader.read();
      reader.releaseLock();
      return used;
    },
    'Response of a locked stream': () => {
      const stream = new Blob(['x']).stream();
      const made = new Response(stream);
      stream.getReader();
      return made;
    },
    'Response.error': () => Response.error(),

    'generator that fails at once': () => (function* () { throw new Error('at once'); })(),
    'missing file': () => createReadStream(new URL('missing.txt', import.meta.url)),
    'generator that fails later': () => (async function* () {
      yield 'half';
      await null;
      throw new Error('half way');
    })(),
    'Readable that fails later': () => Readable.from((async function* () {
      yield 'half';
      throw new Error('half way');
    })()),
    'piece that is none': () => (function* () { yield 'half'; yield 2; })(),
    'source': () => new ReadableStream({
      pull(controller) { controller.enqueue(new Uint8Array(65536)); },
      cancel() { console.log('web cancelled'); },
    }),
    'endless generator': () => (function* () {
      try { for (;;) yield 'x'.repeat(65536); } finally { console.log('generator returned'); }
    })(),
    'endless Readable': () => new Readable({
      read() { this.push(Buffer.alloc(65536)); },
      destroy(error, done) { console.log('readable destroyed'); done(error); },
    }),
    'silent': () => new ReadableStream({ cancel() { console.log('silent cancelled'); } }),

    'cookies': () => {
      const headers = new Headers({ 'x-y': 'z' });
      headers.append('set-cookie', 'a=1; Expires=Thu, 01 Jan 1970');
      headers.append('set-cookie', 'b=2');
      return new Response('x', { headers });
    },
    'status text': () => new Response('x', { status: 299, statusText: 'Mostly Fine' }),
    '204 with a length': () => new Response(null, { status: 204, headers: { 'content-length': '5' } }),
    '205': () => new Response(null, { status: 205 }),
    '304 with a length': () => new Response(null, { status: 304, headers: { 'content-length': '5', 'etag': '"1"' } }),
    'redirect': () => Response.redirect('http://x/y', 303),
    'switching protocols': () => new Response(null, { status: 101 }),
    '204 with a body': () => new Response('x', { status: 204 }),
    'control character': () => new Response('x', { headers: { 'x-y': 'a\\u0001b' } }),

    'passed': () => fetch(process.env.UPSTREAM + request.query.coding),
    'body and headers': async () => {
      const { body, headers } = await fetch(process.env.UPSTREAM + request.query.coding);
      return new Response(body, { headers });
    },
    'text and headers': async () => {
      const answer = await fetch(process.env.UPSTREAM + request.query.coding);
      return new Response((await answer.text()).toUpperCase(), answer);
    },
    'encoded': async () => {
      const { gzipSync } = await import('node:zlib');
      return new Response(gzipSync('packed'), { headers: { 'content-encoding': 'gzip' } });
    },
  };
  return results[request.query.result]();
}`;

const CODINGS: Record<string, (text: string) => Buffer> = {
  gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync,
};
const TEXTS: Record<string, string> = { long: 'unpacked '.repeat(100), short: 'ok' };

let server: PodProcess;
let upstream: Server;
beforeAll(async () => {
  upstream = createServer((req, res) => {
    const [, coding, text] = req.url!.split('/');
    const body = CODINGS[coding](TEXTS[text]);
    res.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': coding, 'content-length': body.length })
      .end(body);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  const UPSTREAM = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/`;
  server = await serve(HANDLER, {
    files: { 'words.txt': 'of a file' }, env: { UPSTREAM }, config: { timeout: 1_000 },
  });
});
afterAll(() => { upstream.close(); });

const ask = (result: string, init?: RequestInit) => server.fetch(`/?${new URLSearchParams({ result })}`, init);

const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';
const TEXT = 'text/plain; charset=utf-8';

test.each([
  ['Date', JSON_TYPE, '"1970-01-01T00:00:00.000Z"'],
  ['URL', JSON_TYPE, '"http://x/y"'],
  ['instance', JSON_TYPE, '{"x":1}'],
  ['instance with toJSON', JSON_TYPE, '{"named":true}'],
  ['empty object', JSON_TYPE, '{}'],
  ['object without a prototype', JSON_TYPE, '{"a":1}'],
  ['nested empty objects', JSON_TYPE, '{"a":{},"b":[{}],"c":"{}","d":"1970-01-01T00:00:00.000Z"}'],
  ['boxed number', JSON_TYPE, '3'],
  ['Proxy of an object', JSON_TYPE, '{"a":1}'],
  ['Buffer', BYTES, 'buffer'],
  ['part of a Buffer', BYTES, 'part'],
  ['ArrayBuffer', BYTES, '\x01\x02\x03\x04'],
  ['SharedArrayBuffer', BYTES, '\x07\x07'],
  ['Uint16Array', BYTES, '\x01\x02\x03\x04'],
  ['Float64Array', BYTES, '\0\0\0\0\0\0\xf0?'],
  ['DataView', BYTES, '\x02\x03'],
  ['no bytes', BYTES, ''],
  ['Blob', 'text/html', '<p>'],
  ['Blob without a type', BYTES, 'x'],
  ['File', JSON_TYPE, '{}'],
  ['URLSearchParams', 'application/x-www-form-urlencoded;charset=UTF-8', 'a=b+c&d=%C3%BC'],
  ['generator', TEXT, 'grÃ¼Ã\x9f'],
  ['generator of bytes', BYTES, '\x01\x02\x03\x04\x01\x02\x03\x04'],
  ['generator of nothing', BYTES, ''],
  ['async generator', TEXT, 'ab'],
  ['iterable', TEXT, 'ab'],
  ['iterator of an array', TEXT, 'ab'],
  ['async iterable', TEXT, 'ab'],
  ['ReadableStream', BYTES, 'web'],
  ['stream of a Blob', BYTES, 'blob'],
  ['Readable', BYTES, 'node'],
  ['Readable with an encoding', TEXT, 'node'],
  ['file', BYTES, 'of a file'],
  ['compressed stream', BYTES, 'x'],
])('%s is sent as %s', async (result, type, body) => {
  const answer = await ask(result);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
  expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toBe(body);
  const head = await ask(result, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([200, type, '']);
});

test('FormData is sent as multipart/form-data', async () => {
  const form = await (await ask('FormData')).formData();
  expect(form.get('name')).toBe('ada');
  expect(await (form.get('file') as File).text()).toBe('text');
});

test.each(['Blob', 'Buffer', 'Date'])('the length of %s is told', async (result) => {
  const answer = await ask(result);
  expect(answer.headers.get('content-length')).toBe(String((await answer.arrayBuffer()).byteLength));
});

const USED = 'the body of the Response was used already: return a Response that nobody has read, '
  + 'such as a clone() made before';
const ELSE =
  'return text, bytes, a stream, a Response, or data that JSON can hold; toJSON() can make that of an object';

test.each([
  ['Map', 'the result is a Map: return Object.fromEntries(map)'],
  ['Set', 'the result is a Set: return an array, [...set]'],
  ['WeakMap', `the result is a WeakMap: ${ELSE}`],
  ['Headers', 'the result is a Headers: return Object.fromEntries(headers)'],
  ['Request', `the result is a Request: ${ELSE}`],
  ['RegExp', `the result is a RegExp: ${ELSE}`],
  ['Error', 'the result is a TypeError: throw it, or return what the client may know of it'],
  ['bigint', 'the result is a bigint: return its text, String(value)'],
  ['symbol', 'the result is a symbol: return its description'],
  ['function', 'the result is a function: return what it returns'],
  ['class', 'the result is a function: return what it returns'],
  ['object of private fields', `the result is a Hidden: ${ELSE}`],
  ['nested Map', 'the result.users[0].roles is a Map: return Object.fromEntries(map)'],
  ['nested Promise', 'the result.user is a Promise: await it'],
  ['nested Error', 'the result[0].reason is an Error: throw it, or return what the client may know of it'],
  ['nested bigint', 'the result.n[0] is a bigint: return its text, String(value)'],
  ['nested bytes', `the result.bytes is an Uint8Array: ${ELSE}`],
  ['nested Response', 'the result[0] is a Response: return it alone'],
  ['nested generator', `the result.rows is a Generator: ${ELSE}`],
  ['nested private fields', `the result.hidden is a Hidden: ${ELSE}`],
  ['cycle', 'the result.a.b is what holds it: return data without such a circle'],
  ['toJSON of nothing', 'the result has a toJSON() that returns nothing: let it return data'],
  [
    'generator of objects',
    'a piece of the stream is an Object: let it yield text or bytes, such as JSON.stringify(value)',
  ],
  [
    'async generator of numbers',
    'a piece of the stream is a number: let it yield text or bytes, such as JSON.stringify(value)',
  ],
  ['locked stream', 'the stream of the result is locked, because somebody reads it: return one that nobody reads'],
  ['used Response', USED],
  ['read Response', USED],
  [
    'Response of a locked stream',
    'the stream of the result is locked, because somebody reads it: return one that nobody reads',
  ],
])('%s is refused, and the log says what to return', async (result, reason) => {
  const before = server.lines.length;
  const answer = await ask(result);
  expect([answer.status, (await answer.json() as any).detail])
    .toEqual([500, 'the result of the handler cannot be sent; the log of the pod says why']);
  expect(server.lines.slice(before).map((line) => line.message))
    .toEqual([`the result of the handler cannot be sent: ${reason}`]);
});

test.each([
  'generator that fails at once', 'missing file', 'switching protocols', '204 with a body', 'control character',
  'Response.error',
])('%s is a 500, not half an answer', async (result) => {
  const answer = await ask(result);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'application/problem+json']);
});

describe.each(['1.0', '1.1'])('over HTTP/%s', (version) => {
  test.each([
    'generator that fails later', 'Readable that fails later', 'piece that is none',
  ])('%s never looks complete', async (result) => {
    const connection = await server.connect();
    const target = `/?${new URLSearchParams({ result })}`;
    const { received, reset } = await connection.send(`GET ${target} HTTP/${version}\r\nhost: x\r\n\r\n`).closed;
    if (version === '1.0') expect(reset).toBe(true);
    else expect(received).not.toMatch(/\r\n0\r\n\r\n$/);
  });
});

test.each([
  ['source', 'web cancelled'],
  ['endless generator', 'generator returned'],
  ['endless Readable', 'readable destroyed'],
])('%s ends when the client goes away', async (result, message) => {
  const connection = await server.connect();
  await connection.request('GET', `/?${new URLSearchParams({ result })}`).take(/200 OK/);
  connection.close();
  await server.logged((line) => line.message === message);
});

test('a stream of which nothing comes in time is a 504, and cancelled', async () => {
  expect((await ask('silent')).status).toBe(504);
  await server.logged((line) => line.message === 'silent cancelled');
});

describe('a Response', () => {
  const raw = async (result: string, method = 'GET') => {
    const connection = await server.connect();
    const target = `/?${new URLSearchParams({ result })}`;
    connection.send(`${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    return (await connection.closed).received;
  };

  test('keeps each of its cookies', async () => {
    expect(await raw('cookies'))
      .toContain('\r\nset-cookie: a=1; Expires=Thu, 01 Jan 1970\r\nset-cookie: b=2\r\nx-y: z\r\n');
  });

  test('keeps its status text', async () => {
    expect(await raw('status text')).toMatch(/^HTTP\/1\.1 299 Mostly Fine\r\n/);
  });

  test('without a body has none, whatever its status and its headers say', async () => {
    expect(await raw('204 with a length')).not.toMatch(/content-length/i);
    expect(await raw('205')).toMatch(/^HTTP\/1\.1 205 [^]*(content-length: 0\r\n[^]*\r\n\r\n|\r\n0\r\n\r\n)$/i);
    expect(await raw('304 with a length')).toMatch(/^HTTP\/1\.1 304 [^]*etag: "1"\r\n[^]*\r\n\r\n$/);
    expect(await raw('redirect')).toMatch(/^HTTP\/1\.1 303 [^]*location: http:\/\/x\/y\r\n/);
  });

  test.each(
    Object.keys(CODINGS).flatMap((coding) => Object.keys(TEXTS).map((text) => [coding, text])),
  )('of fetch that came in %s, %s, can be passed on or made anew with its headers', async (coding, text) => {
    const get = (result: string) => server.fetch(`/?${new URLSearchParams({ result, coding: `${coding}/${text}` })}`);
    for (const result of ['passed', 'body and headers', 'text and headers']) {
      const answer = await get(result);
      expect(await answer.text()).toBe(result === 'text and headers' ? TEXTS[text].toUpperCase() : TEXTS[text]);
      expect([answer.headers.get('content-encoding'), answer.headers.get('content-type')])
        .toEqual([null, 'text/plain']);
    }
  });

  test('that is encoded as it says stays so', async () => {
    const answer = await ask('encoded');
    expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual(['gzip', 'packed']);
  });
});
