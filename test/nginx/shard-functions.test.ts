import { Chart, Testing } from 'cdk8s';
import { Answer, bytesOf, owned, problemOf, routerFor, send, SHARDS } from './shard-router';
import { Code, ShardKey } from '../../src';

const JSON_TYPE = { 'content-type': 'application/json' };
const routers = [{ from: 'function', readsBody: false }, { from: 'function', readsBody: true }] as const;
const [plain, withBody] = routers;

/** One function that is many: the header x-case says which. */
const oneOf = (functions: readonly string[]) =>
  `(request) => [${functions.join(', ')}][request.headers["x-case"]](request)`;

interface Sent {
  readonly target?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Buffer;
}

/**
 * Asks for a function among others that share an nginx, and then for one that works: so a worker that died is noticed.
 */
async function ask(
  router: (typeof routers)[number],
  functions: readonly string[],
  code: string,
  { target = '/', headers, body }: Sent = {},
): Promise<Answer> {
  const nginx = await routerFor(router, oneOf([...functions, '() => "alive"']));
  const answer = await send(nginx, target, { ...headers, 'x-case': `${functions.indexOf(code)}` }, body);
  expect(await send(nginx, '/', { 'x-case': `${functions.length}` })).toEqual(owned('alive'));
  expect(nginx.log).not.toContain('exited on signal');
  return answer;
}

const KEYS: [string, Sent, string][] = [
  ['(request) => request.path.split("/")[2]', { target: '/users/ada' }, 'ada'],
  ['(request) => request.path', { target: '/a//b/x/../%2f%41?q' }, '/a//b/x/../%2FA'],
  ['(request) => request.path + ""', { target: bytesOf('http://host/é#x') }, '/é'],
  ['({ segments }) => JSON.stringify(segments)', { target: '/rooms/team%2Fdoc//' }, '["rooms","team/doc","",""]'],
  ['(request) => request.query.user', { target: '/?user=%61da' }, 'ada'],
  [
    '(request) => JSON.stringify(request.query)',
    { target: '/?a=k0%20100%&b=%E9&c=%C3%A9&&a=2' },
    '{"a":"k0 100%","b":"\ufffd","c":"é"}',
  ],
  ['(request) => request.headers["x-user"]', { headers: { 'x-user': 'grace' } }, 'grace'],
  [
    '(request) => request.headers["x-user"] + ""',
    { headers: { 'x-user': ['\tada\t', bytesOf('\tZoë 😀')] } },
    'ada, Zoë 😀',
  ],
  [
    '(request) => request.headers["x-user"] ?? "header read alone"',
    { headers: { 'x-old': '\xe9' } },
    'header read alone',
  ],
  ['(request) => request.cookies.session', { headers: { cookie: `session=${bytesOf('é')}` } }, 'é'],
  [
    '({ method, headers }) => `${method}-${headers["x-user"]?.at(-1) ?? ""}`',
    { headers: { 'x-user': 'grace' } },
    'GET-e',
  ],
  ['({ method, ...rest }) => rest.headers["x-user"]', { headers: { 'x-user': 'ada' } }, 'ada'],
  ['(request) => Object.keys(request).slice(0, 6).join()', {}, 'method,path,segments,query,headers,cookies'],
  [
    '(request) => Object.keys(JSON.parse(JSON.stringify({ ...request }))).slice(0, 6).join()',
    {},
    'method,path,segments,query,headers,cookies',
  ],
  [
    '(request) => ["path" in request, "none" in request, Object.hasOwn(request, "query")].join()',
    {},
    'true,false,true',
  ],
  [
    '(request) => { request.path = "/mine"; request.more = 1; return request.path + Object.keys(request).at(-1); }',
    {},
    '/minemore',
  ],
  [
    '(request) => { Object.prototype.added = "x"; try { return Object.keys({ ...request.query }).join() + '
      + 'request.query.added + request.headers.added; } finally { delete Object.prototype.added; } }',
    { target: '/?a=1' },
    'aundefinedundefined',
  ],
  ['() => "a\\0b"', {}, 'a\0b'],
];

const BODIES: [string, Sent, string][] = [
  ['(request) => request.body.user.id', { headers: JSON_TYPE, body: '{"user":{"id":"ada"}}' }, 'ada'],
  ['(request) => request.body.id + "!"', { headers: { 'content-type': 'text/json' }, body: '{"id":"ada"}' }, 'ada!'],
  [
    '(request) => String(request.body.id)',
    { headers: JSON_TYPE, body: '{"id":9007199254740993}' },
    '9007199254740992',
  ],
  [
    '(request) => /\\d+/.exec(request.text)[0]',
    { headers: JSON_TYPE, body: '{"id":9007199254740993}' },
    '9007199254740993',
  ],
  ['(request) => request.text + request.body', { headers: { 'content-type': 'text/plain' }, body: 'é' }, 'éé'],
  [
    '(request) => `${Object.prototype.toString.call(request.body)} ${request.body}`',
    { headers: { 'content-type': 'image/png' }, body: Buffer.from([0x89, 0, 0xff]) },
    '[object Uint8Array] 137,0,255',
  ],
  [
    '(request) => `${request.text} bytes`',
    { headers: { 'content-type': 'image/png' }, body: Buffer.from([0x89]) },
    'undefined bytes',
  ],
  ['(request) => `${request.body} and ${request.text}`', {}, 'undefined and undefined'],
  [
    '({ method, ...rest }) => Object.keys(rest).join()',
    { headers: JSON_TYPE, body: '{}' },
    'path,segments,query,headers,cookies,body,text',
  ],
  [
    '(request) => { try { return request.body.id; } catch { return "caught"; } }',
    { headers: JSON_TYPE, body: '{' },
    'caught',
  ],
];
const PREFERS_HEADER = '(request) => request.headers["x-user"] ?? request.body.user';

describe('a function key', () => {
  test.each(KEYS)('%s sees the request %j as %j', async (code, sent, key) => {
    for (const router of routers) {
      expect(await ask(router, KEYS.map(([each]) => each), code, sent)).toEqual(owned(key));
    }
  });

  test.each(BODIES)('%s sees the body of %j as %j', async (code, sent, key) => {
    expect(await ask(withBody, [...BODIES.map(([each]) => each), PREFERS_HEADER], code, sent)).toEqual(owned(key));
  });

  test.each([
    ['image/png', Buffer.from([0x89, 0xff])],
    ['multipart/form-data; boundary=x', '--x--'],
    ['text/plain; charset=iso-8859-1', '\xe9'],
    ['application/json', '{'],
  ])('that prefers a header never looks at a body of type %s', async (type, body) => {
    const functions = [...BODIES.map(([code]) => code), PREFERS_HEADER];
    for (const encoding of ['identity', 'gzip']) {
      const headers = { 'content-type': type, 'content-encoding': encoding, 'x-user': 'ada' };
      expect(await ask(withBody, functions, PREFERS_HEADER, { headers, body: Buffer.from(body as string, 'latin1') }))
        .toEqual(owned('ada'));
    }
  });

  test.each([
    ['malformed JSON', JSON_TYPE, '{', 400, 'the content type says JSON, and the body is not'],
    ['gzip', { ...JSON_TYPE, 'content-encoding': 'gzip' }, '{}', 415, 'the body is encoded as gzip: send it as it is'],
    [
      'text that is no UTF-8',
      { 'content-type': 'text/plain' },
      Buffer.from([0xe9]),
      400,
      'the body is not valid UTF-8',
    ],
    [
      'an unknown charset',
      { 'content-type': 'text/plain; charset=none' },
      'x',
      415,
      'the charset none is not known: send UTF-8',
    ],
  ] as const)('that asks for a body which is %s is a refusal', async (_, headers, body, status, detail) => {
    const functions = [...BODIES.map(([code]) => code), PREFERS_HEADER];
    expect(problemOf(await ask(withBody, functions, PREFERS_HEADER, { headers, body }))).toEqual([status, detail]);
  });

  const ODD = [
    '(request) => request.path',
    '(request) => request.query.u',
    '(request) => request.headers["x-user"]',
    '(request) => ({ ...request.headers }).host',
    '(request) => request.cookies.a',
    '(request) => request.segments[0] || "none"',
  ];
  test.each([
    [ODD[0], '/?u=%00&0\xe5', {}, 'the request target is not valid UTF-8'],
    [ODD[1], '/?u=%00&0\xe5', {}, 'the request target is not valid UTF-8'],
    [ODD[5], '/\xed\xa0\x80', {}, 'the request target is not valid UTF-8'],
    [ODD[0], '/%E9', {}, 'the path holds a % that is not followed by the hexadecimal digits of UTF-8 text'],
    [ODD[2], '/', { 'x-user': 'Zo\xeb' }, 'the header x-user is not valid UTF-8'],
    [ODD[3], '/', { 'x-user': '\xc0\x80' }, 'the header x-user is not valid UTF-8'],
    [ODD[4], '/', { cookie: 'a=\xff' }, 'the header cookie is not valid UTF-8'],
  ])('that asks (%s) for bytes which are no UTF-8 is a refusal: %j %j', async (code, target, headers, detail) => {
    for (const router of routers) {
      const answer = await ask(router, ODD, code, { target, headers: headers as Record<string, string> });
      expect(problemOf(answer)).toEqual([400, detail]);
    }
  });

  const HEADERS: [string, string][] = [
    ['headers["x-user"]', 'ada, bob'],
    ['headers.cookie', 'a=1; b=2'],
    ['headers["X-User"] ?? "none"', 'none'],
    ['headers.x_user ?? "none"', 'none'],
    ['headers.toString ?? "none"', 'none'],
    ['("x-user" in headers) + " " + ("x-none" in headers)', 'true false'],
    ['Object.keys(headers).join()', 'x-user,cookie,x-case,host,connection'],
    ['({ ...headers })["x-user"]', 'ada, bob'],
    ['JSON.parse(JSON.stringify(headers))["x-user"]', 'ada, bob'],
    ['Object.entries(headers)[0].join("=")', 'x-user=ada, bob'],
    ['(({ host, ...others }) => Object.keys(others))(headers).join()', 'x-user,cookie,x-case,connection'],
    ['Object.hasOwn(headers, "x-user") + " " + Object.getPrototypeOf(headers)', 'true null'],
  ];
  test.each(HEADERS)('sees headers as an object: %s is %s', async (expression, key) => {
    const functions = HEADERS.map(([each]) => `({ headers }) => ${each}`);
    expect(await ask(plain, functions, `({ headers }) => ${expression}`, {
      headers: { 'X-User': ['ada', 'bob'], 'Cookie': ['a=1', 'b=2'] },
    })).toEqual(owned(key));
  });

  const NUMBERS = [
    [0, '0'],
    [3, '3'],
    [7, '0'],
    [Number.MAX_SAFE_INTEGER, `${Number.MAX_SAFE_INTEGER % SHARDS}`],
  ] as const;
  test.each(NUMBERS)('of number %d means shard %s', async (number, shard) => {
    const functions = NUMBERS.map(([each]) => `() => ${each}`);
    for (const router of routers) {
      expect(await ask(router, functions, `() => ${number}`)).toMatchObject({ status: 200, shard });
    }
  });

  test('that needs the body, and does not name it, is told so', async () => {
    const nginx = await routerFor(plain, "(request) => request['bo' + 'dy'] ?? 'none'");
    expect(problemOf(await send(nginx, '/'))).toEqual([500, 'the sharding function failed']);
    await nginx.logged('request.body was not read: name it in the source of the sharding function');
  });

  const must = 'it must return a text, or a whole number from 0 to 2^53 - 1';
  const WRONG: [string, number, string][] = [
    ['undefined', 400, 'the request has no key'],
    ['null', 400, 'the request has no key'],
    ['""', 400, 'the request has no key'],
    ['"a\\ud800"', 400, 'the key is not valid Unicode text: it holds half of a surrogate pair'],
    ['NaN', 500, `the sharding function returned NaN: ${must}`],
    ['-1', 500, `the sharding function returned -1: ${must}`],
    ['1.5', 500, `the sharding function returned 1.5: ${must}`],
    ['1e300', 500, `the sharding function returned 1e+300: ${must}`],
    ['({})', 500, `the sharding function returned a value of type object: ${must}`],
    ['true', 500, `the sharding function returned true: ${must}`],
    ['(() => { throw new Error("secret"); })()', 500, 'the sharding function failed'],
    ['(() => { throw null; })()', 500, 'the sharding function failed'],
    ['(() => { throw Object.create(null); })()', 500, 'the sharding function failed'],
    ['(function f() { return f() + 1; })()', 500, 'the sharding function failed'],
  ];
  test.each(WRONG)('that returns %s is answered with %d, and the worker lives', async (result, status, detail) => {
    const functions = WRONG.map(([each]) => `() => ${each}`);
    for (const router of routers) {
      expect(problemOf(await ask(router, functions, `() => ${result}`))).toEqual([status, detail]);
      if (result.includes('secret')) {
        await (await routerFor(router, oneOf([...functions, '() => "alive"']))).logged('secret');
      }
    }
  });

  test.each([
    ['throws', 'throw new Error("no table")'],
    ['does not end', 'for (;;);'],
  ])('of code that %s while it is loaded is answered with 500, and the worker lives', async (_, code) => {
    const nginx = await routerFor(plain, `(() => { ${code}; return () => 'ada'; })()`);
    for (let time = 0; time < 2; time++) {
      expect(problemOf(await send(nginx, '/'))).toEqual([500, 'the sharding function could not run']);
    }
    expect(nginx.log).not.toContain('exited on signal');
  });

  const ENDLESS = [
    'while (true);',
    'for (;;) {}',
    'do { } while (true)',
    'rounds: for (;;) for (const one of [1]) continue rounds;',
    'for (let more = { a: 1, b: 2 }; ;) for (const name in more) delete more[name];',
    'const f = (n) => n ? f(n - 1) + f(n - 1) : 1; f(60);',
    'function f(n) { return n ? f(n - 1) + f(n - 1) : 1; } f(60);',
    'const f = { get more() { return this.n-- > 0 ? this.more + this.more : 1; }, n: 1e9 }; '
      + 'for (;;) try { f.more; } catch {}',
    'class Tree { constructor(n) { if (n) [new Tree(n - 1), new Tree(n - 1)]; } } new Tree(60);',
    'function* all() { for (;;) yield 1; } [...all()];',
    'Array.from({ length: 1e6 }, (_, i) => i).map((i) => i + 1);',
    'for (;;) try { for (;;); } catch {}',
    'try { for (;;); } catch { return "bob"; }',
    'try { for (;;); } finally { for (;;); }',
    '"a" in new Proxy({}, { has() { for (;;); } });',
    'Object.keys(new Proxy({}, { ownKeys() { for (;;); } }));',
    '[3, 2, 1].sort(() => { for (;;); });',
    'const text = { toString() { return `${text}${text}`; } }; for (;;) try { `${text}`; } catch {}',
    '+{ [Symbol.toPrimitive]() { for (;;); } };',
    'const tag = () => { for (;;); }; tag`x`;',
    'const [first, ...rest] = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) };',
    'class Started { static { for (;;); } }',
    'class Started { static all = (() => { for (;;); })(); }',
    'const f = () => f; for (let more = f; more; more = more());',
    'JSON.parse("[1]", () => { for (;;); });',
    '"x".replace(/x/, () => { for (;;); });',
    'Reflect.construct(function () { for (;;); }, []);',
    // Few rounds, but long ones.
    'for (;;) "x".repeat(1e5).split("");',
  ];
  test.each(
    ENDLESS,
  )('of a function that would not end (%s) is answered with 500, and the next request is served', async (endless) => {
    const functions = ENDLESS.map((each) => `(request) => { ${each} return 'bob'; }`);
    for (const router of routers) {
      expect(problemOf(await ask(router, functions, `(request) => { ${endless} return 'bob'; }`)))
        .toEqual([500, 'the sharding function took too long']);
    }
  });

  const LONG = [
    'let sum = 0; for (let i = 0; i < 200_000; i++) sum += i; return String(sum % 7);',
    'return [1, 2, 3].map((n) => n * 2).filter((n) => n > 2).reduce((a, b) => a + b) + "";',
    'return Array.from({ length: 400 }, (_, a) => Array.from({ length: 400 }, (_, b) => a * b)).flat().length + "";',
    'return Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_007).sort((a, b) => a - b).at(-1) + "";',
  ];
  test.each(LONG)('of a function that does a lot, but ends (%s), is its result, time after time', async (body) => {
    const functions = LONG.map((each) => `() => { ${each} }`);
    const key = new Function(body)();
    for (let time = 0; time < 3; time++) expect(await ask(plain, functions, `() => { ${body} }`)).toEqual(owned(key));
  });

  test.each([
    ['(request) => request.headers["x-user"]', false],
    ['(request) => request.context', false],
    ['() => { const text = "x"; return text; }', false],
    ['(request) => request.body.id', true],
    ['({ body }) => body.id', true],
    ['(request) => request.text', true],
    ['({ method, text }) => text', true],
    ['({ text: raw }) => raw', true],
    ["(request) => request['text']", true],
  ])('%s makes the router read bodies: %s', (code, reads) => {
    const { spec } = ShardKey.fromFunction(Code.fromInline(code))._bind(new Chart(Testing.app(), 'test'));
    expect(spec).toEqual({ from: 'function', readsBody: reads });
  });
});
