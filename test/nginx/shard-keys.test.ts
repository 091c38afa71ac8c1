import { readFileSync } from 'fs';
import { request } from 'http';
import { join } from 'path';
import { Nginx } from './nginx';
import { Code } from '../../src/code';
import { scriptEngine, scriptModule } from '../../src/nginx/scripting';
import { readsBodies, scriptsKey, shardLocations, ShardRoute, shardVariables } from '../../src/nginx/shard';
import { KeySpec } from '../../src/sharding/key-spec';
import { ownerOf } from '../../src/sharding/owner';
import { rangesOf } from '../../src/sharding/ranges';
import { moduleOf } from '../code/help';

const SHARDS = 7;

/** A real nginx that answers each request with the key it saw and the shard it chose. */
async function routerFor(key: KeySpec, config: object = {}, code?: string, shards = SHARDS, router?: string): Promise<Nginx> {
  const route: ShardRoute = { kind: 'shard', key, windows: rangesOf(shards) };
  const script = { header: '', cookie: '', path: '', clientIp: '', query: 'query', field: 'field', function: 'function' }[key.from];
  const files: Record<string, string> = script ? {
    'router.js': router ?? readFileSync(join(__dirname, '../../assets', `router-${script}.js`), 'utf8'),
    'config.js': `export default ${JSON.stringify({ shards, ...config })};`,
    ...code && { 'budget.js': readFileSync(join(__dirname, '../../assets/router-budget.js'), 'utf8'), 'key.js': moduleOf(Code.fromInline(code), 'njs') },
  } : {};
  // The same variables and locations as in a pod, but for the passing on.
  const locations = shardLocations(route, ['up-0'], ['add_header x-shard $shard;']).map((line) => line.replace(/proxy_pass .*/, 'return 200 $shard_key;'));
  return Nginx.start(scriptModule(scriptsKey(route)), [
    'large_client_header_buffers 4 64k;',
    ...readsBodies(route) ? ['client_max_body_size 8m;', 'client_body_buffer_size 8m;', 'client_body_in_single_buffer on;'] : [],
    ...scriptEngine(scriptsKey(route)), ...shardVariables(route), 'server {', 'listen LISTEN;', ...locations, '}',
  ], files);
}

interface Answer { status: number; shard: string | undefined; body: string }

/** A request with full control over its bytes: header values and target are sent as latin1. */
function send(nginx: Nginx, target: string, headers: Record<string, string | string[]> = {}, body?: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: nginx.port, path: target, method: body === undefined ? 'GET' : 'POST', headers, agent: false }, (res) => {
      const parts: Buffer[] = [];
      res.on('data', (part) => parts.push(part)).on('end', () => resolve({
        status: res.statusCode!, shard: res.headers['x-shard'] as string | undefined, body: Buffer.concat(parts).toString(),
      })).on('error', reject);
    }).on('error', reject);
    sent.end(body);
  });
}

let nginx: Nginx | undefined;
afterEach(async () => {
  await nginx?.stop();
  nginx = undefined;
});

/** What a router must have answered for a key. */
const owned = (key: string): Answer => ({ status: 200, shard: `${ownerOf(key, SHARDS)}`, body: key });

test('one key lands on one shard, whichever source it comes from', async () => {
  const key = 'Zoë 😀';
  const bytes = Buffer.from(key).toString('latin1');
  const json = { 'content-type': 'application/json' };
  const sources: [KeySpec, object, string, Record<string, string>, string?, string?][] = [
    [{ from: 'header', name: 'x-user' }, {}, '/', { 'x-user': bytes }],
    [{ from: 'cookie', name: 'session' }, {}, '/', { cookie: `session=${bytes}` }],
    [{ from: 'query', name: 'user' }, { query: 'user' }, `/?user=${encodeURIComponent(key)}`, {}],
    [{ from: 'path', regex: '^/users/([^/]+)' }, {}, `/users/${encodeURIComponent(key)}`, {}],
    [{ from: 'field', path: ['user'] }, { field: ['user'] }, '/', json, JSON.stringify({ user: key })],
    [{ from: 'function', readsBody: false }, {}, `/users/${encodeURIComponent(key)}`, {}, undefined, '(request) => request.path.split("/")[2]'],
    [{ from: 'function', readsBody: true }, {}, '/', json, JSON.stringify({ user: key }), '(request) => request.body.user'],
  ];
  for (const [spec, config, target, headers, body, code] of sources) {
    nginx = await routerFor(spec, config, code);
    expect([spec.from, await send(nginx, target, headers, body)]).toEqual([spec.from, owned(key)]);
    await nginx.stop();
    nginx = undefined;
  }
});

describe('a header key', () => {
  test('is its value, whatever the case of its name', async () => {
    nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'X-USER': 'ada' })).toEqual(owned('ada'));
  });

  test('is compared byte by byte, so that Unicode keys are safe', async () => {
    nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'x-user': Buffer.from('Zoë 😀').toString('latin1') })).toEqual(owned('Zoë 😀'));
  });

  test('that is sent several times is one key', async () => {
    nginx = await routerFor({ from: 'header', name: 'x-user' });
    expect(await send(nginx, '/', { 'x-user': ['ada', 'bob'] })).toEqual(owned('ada, bob'));
  });

  test.each([['missing', {}], ['empty', { 'x-user': '' }]])('that is %s is refused with 400, saying which header', async (_, headers) => {
    nginx = await routerFor({ from: 'header', name: 'x-user' });
    const answer = await send(nginx, '/', headers as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({
      type: 'about:blank', title: 'Bad Request', status: 400, detail: 'the request has no key: header x-user is missing or empty',
    });
  });
});

describe('a query key', () => {
  test.each([
    ['/?user=ada', 'ada'],
    ['/?a=1&user=ada&b=2', 'ada'],
    ['/?user=%61da', 'ada'],
    ['/?user=a+b', 'a b'],
    ['/?user=%C3%BC', 'ü'],
    ['/?user=ada&user=bob', 'ada'],
    ['/?%75ser=ada&user=bob', 'ada'],
    ['/?a=%20&user=ada', 'ada'],
    ['/?User=bob&user=ada', 'ada'],
    ['/?superuser=bob&user=ada', 'ada'],
    ['/?user=a%26user=b', 'a&user=b'],
    ['/?user=50%', '50%'],
    ['/?user=a=b', 'a=b'],
  ])('of %s is %s', async (target, key) => {
    nginx = await routerFor({ from: 'query', name: 'user' }, { query: 'user' });
    expect(await send(nginx, target)).toEqual(owned(key));
  });

  test('that is not encoded needs no script', async () => {
    nginx = await routerFor({ from: 'query', name: 'user' }, {}, undefined, SHARDS, 'export default { query() { throw new Error(); } };');
    expect(await send(nginx, '/?a=1&user=ada&b=2')).toEqual(owned('ada'));
  });

  test.each(['/', '/?user', '/?user=', '/?superuser=ada', '/?USER=ada', '/?x=user=ada', '/?user=&user=ada', '/?user=&x=%41'])('is missing in %s', async (target) => {
    nginx = await routerFor({ from: 'query', name: 'user' }, { query: 'user' });
    expect((await send(nginx, target)).status).toBe(400);
  });
});

describe('a cookie key', () => {
  test.each([
    ['session=ada', 'ada'],
    ['a=1; session=ada; b=2', 'ada'],
    ['a=1;session=ada', 'ada'],
    ['session=ada; session=bob', 'ada'],
    ['Session=bob; session=ada', 'ada'],
    ['xsession=bob; session=ada', 'ada'],
    ['session="a%41"', '"a%41"'],
  ])('of %s is %s', async (cookie, key) => {
    nginx = await routerFor({ from: 'cookie', name: 'session' });
    expect(await send(nginx, '/', { cookie })).toEqual(owned(key));
  });

  test.each(['', 'session=', 'session', 'sessions=ada', 'SESSION=ada', 'a="; session=', 'session=; session=ada'])('is missing in %j', async (cookie) => {
    nginx = await routerFor({ from: 'cookie', name: 'session' });
    expect((await send(nginx, '/', { cookie })).status).toBe(400);
  });
});

describe('a path key', () => {
  test.each([
    ['/users/ada', 'ada'],
    ['/users/ada/friends?x=1', 'ada'],
    ['/users/%61da', 'ada'],
    ['//users//ada', 'ada'],
    ['/x/../users/ada', 'ada'],
    ['/users/%C3%BC', 'ü'],
  ])('of %s is %s', async (target, key) => {
    nginx = await routerFor({ from: 'path', regex: '^/users/([^/]+)' });
    expect(await send(nginx, target)).toEqual(owned(key));
  });

  test('is missing where the path does not match', async () => {
    nginx = await routerFor({ from: 'path', regex: '^/users/(\\d+)$' });
    const answer = await send(nginx, '/users/ada');
    expect([answer.status, JSON.parse(answer.body).detail]).toEqual([400, 'the path has no key: it does not match ^/users/(\\d+)$']);
  });
});

describe('a client address key', () => {
  test('is the address of who connects', async () => {
    nginx = await routerFor({ from: 'clientIp', trustedProxies: [] });
    expect(await send(nginx, '/', { 'x-forwarded-for': '10.1.2.3' })).toEqual(owned('127.0.0.1'));
  });

  test('is what a trusted proxy says it is', async () => {
    nginx = await routerFor({ from: 'clientIp', trustedProxies: ['127.0.0.0/8'] });
    expect(await send(nginx, '/', { 'x-forwarded-for': '6.6.6.6, 10.1.2.3, 127.0.0.9' })).toEqual(owned('10.1.2.3'));
  });
});

describe('a field key', () => {
  const json = { 'content-type': 'application/json' };
  const field: KeySpec = { from: 'field', path: ['items', 0, 'sku'] };

  test.each([
    ['a text', '{"items":[{"sku":"a-1"}]}', 'a-1'],
    ['a number', '{"items":[{"sku":17}]}', '17'],
    ['Unicode', '{"items":[{"sku":"\\u00fc😀"}]}', 'ü😀'],
  ])('can be %s', async (_, body, key) => {
    nginx = await routerFor(field, { field: field.from === 'field' && field.path });
    expect(await send(nginx, '/', json, body)).toEqual(owned(key));
  });

  test.each([
    ['no body', undefined, json, 400],
    ['malformed JSON', '{"items":', json, 400],
    ['no such field', '{"items":[]}', json, 400],
    ['an object in its place', '{"items":[{"sku":{}}]}', json, 400],
    ['an empty text', '{"items":[{"sku":""}]}', json, 400],
    ['a field of the prototype', '{"items":"x"}', json, 400],
    ['another content type', '{"items":[{"sku":"a"}]}', { 'content-type': 'text/plain' }, 415],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 400],
    ['100,000 levels of nesting', '['.repeat(100_000) + ']'.repeat(100_000), json, 400],
  ] as const)('that is not there because of %s is refused, and the worker lives', async (_, body, headers, status) => {
    nginx = await routerFor(field, { field: ['items', 0, 'sku'] });
    const answer = await send(nginx, '/', headers, body);
    expect([answer.status, JSON.parse(answer.body).status]).toEqual([status, status]);
    expect(await send(nginx, '/', json, '{"items":[{"sku":"a-1"}]}')).toEqual(owned('a-1'));
    expect(nginx.log).not.toContain('exited on signal');
  });

  test('is found in a body of 5 MB, also in a chunked one', async () => {
    nginx = await routerFor(field, { field: ['items', 0, 'sku'] });
    const body = JSON.stringify({ filler: 'x'.repeat(5_000_000), items: [{ sku: 'a-1' }] });
    expect(await send(nginx, '/', json, body)).toEqual(owned('a-1'));
    expect(await send(nginx, '/', { ...json, 'transfer-encoding': 'chunked' }, body)).toEqual(owned('a-1'));
  });
});

describe('a function key', () => {
  const fn: KeySpec = { from: 'function', readsBody: false };

  test.each([
    ['(request) => request.path.split("/")[2]', '/users/ada', 'ada'],
    ['(request) => request.query.user', '/?user=%61da', 'ada'],
    ['(request) => request.headers["x-user"]', '/', 'grace'],
    ['(request) => request.cookies.session', '/', 's1'],
    ['({ method, headers }) => `${method}-${headers["x-user"]?.at(-1) ?? ""}`', '/', 'GET-e'],
  ])('%s sees the request', async (code, target, key) => {
    nginx = await routerFor(fn, {}, code);
    expect(await send(nginx, target, { 'x-user': 'grace', 'cookie': 'session=s1' })).toEqual(owned(key));
  });

  test.each([
    ['headers["x-user"]', 'ada, bob'],
    ['headers.cookie', 'a=1; b=2'],
    ['headers["X-User"] ?? "none"', 'none'],
    ['headers.x_user ?? "none"', 'none'],
    ['headers.toString ?? "none"', 'none'],
    ['("x-user" in headers) + " " + ("x-none" in headers)', 'true false'],
    ['Object.keys(headers).join()', 'x-user,cookie,host,connection'],
    ['({ ...headers })["x-user"]', 'ada, bob'],
    ['JSON.parse(JSON.stringify(headers))["x-user"]', 'ada, bob'],
    ['Object.entries(headers)[0].join("=")', 'x-user=ada, bob'],
    ['(({ host, ...others }) => Object.keys(others))(headers).join()', 'x-user,cookie,connection'],
    ['Object.hasOwn(headers, "x-user") + " " + Object.getPrototypeOf(headers)', 'true null'],
  ])('sees headers as an object: %s is %s', async (expression, key) => {
    nginx = await routerFor(fn, {}, `({ headers }) => ${expression}`);
    expect(await send(nginx, '/', { 'X-User': ['ada', 'bob'], 'Cookie': ['a=1', 'b=2'] })).toEqual(owned(key));
  });

  test.each([[0, '0'], [3, '3'], [7, '0'], [Number.MAX_SAFE_INTEGER, `${Number.MAX_SAFE_INTEGER % SHARDS}`]])('of number %d means shard %s', async (result, shard) => {
    nginx = await routerFor(fn, {}, `() => ${result}`);
    expect(await send(nginx, '/')).toMatchObject({ status: 200, shard });
  });

  test.each([
    ['undefined', 400, 'the request has no key'],
    ['null', 400, 'the request has no key'],
    ['""', 400, 'the request has no key'],
    ['NaN', 500, 'the sharding function returned NaN: it must return a text, or a whole number from 0 to 2^53 - 1'],
    ['-1', 500, 'the sharding function returned -1: it must return a text, or a whole number from 0 to 2^53 - 1'],
    ['1.5', 500, 'the sharding function returned 1.5: it must return a text, or a whole number from 0 to 2^53 - 1'],
    ['1e300', 500, 'the sharding function returned 1e+300: it must return a text, or a whole number from 0 to 2^53 - 1'],
    ['({})', 500, 'the sharding function returned a value of type object: it must return a text, or a whole number from 0 to 2^53 - 1'],
    ['true', 500, 'the sharding function returned true: it must return a text, or a whole number from 0 to 2^53 - 1'],
    ['(() => { throw new Error("secret"); })()', 500, 'the sharding function failed'],
    ['(() => { throw null; })()', 500, 'the sharding function failed'],
    ['(() => { throw Object.create(null); })()', 500, 'the sharding function failed'],
    ['(function f() { return f() + 1; })()', 500, 'the sharding function failed'],
  ])('that returns %s is answered with %d, and the worker lives', async (result, status, detail) => {
    for (const readsBody of [false, true]) {
      nginx = await routerFor({ from: 'function', readsBody }, {}, `(request) => request.path === '/good' ? 'ada' : ${result}`);
      const answer = await send(nginx, '/');
      expect([answer.status, JSON.parse(answer.body).detail]).toEqual([status, detail]);
      expect(await send(nginx, '/good')).toEqual(owned('ada'));
      expect(nginx.log).not.toContain('exited on signal');
      if (result.includes('secret')) expect(nginx.log).toContain('secret');
      await nginx.stop();
      nginx = undefined;
    }
  });

  test('can read the body', async () => {
    nginx = await routerFor({ from: 'function', readsBody: true }, {}, '(request) => request.body.user.id');
    expect(await send(nginx, '/', { 'content-type': 'application/json' }, '{"user":{"id":"ada"}}')).toEqual(owned('ada'));
  });

  test('may choose shards by number from the body', async () => {
    nginx = await routerFor({ from: 'function', readsBody: true }, {}, '(request) => request.body.tenant');
    expect(await send(nginx, '/', { 'content-type': 'application/json' }, '{"tenant":9}')).toMatchObject({ status: 200, shard: '2' });
  });

  test.each([
    ['throws', 'throw new Error("no table")'],
    ['does not end', 'for (;;);'],
  ])('of code that %s while it is loaded is answered with 500, and the worker lives', async (_, code) => {
    nginx = await routerFor(fn, {}, `(() => { ${code}; return () => 'ada'; })()`);
    for (let time = 0; time < 2; time++) {
      const answer = await send(nginx, '/');
      expect([answer.status, JSON.parse(answer.body).detail]).toEqual([500, 'the sharding function could not run']);
    }
    expect(nginx.log).not.toContain('exited on signal');
  });

  test.each([
    'while (true);',
    'for (;;) {}',
    'do { } while (true)',
    'rounds: for (;;) for (const one of [1]) continue rounds;',
    'for (let more = { a: 1, b: 2 }; ;) for (const name in more) delete more[name];',
    'const f = (n) => n ? f(n - 1) + f(n - 1) : 1; f(60);',
    'function f(n) { return n ? f(n - 1) + f(n - 1) : 1; } f(60);',
    'const f = { get more() { return this.n-- > 0 ? this.more + this.more : 1; }, n: 1e9 }; for (;;) try { f.more; } catch {}',
    'class Tree { constructor(n) { if (n) [new Tree(n - 1), new Tree(n - 1)]; } } new Tree(60);',
    'function* all() { for (;;) yield 1; } [...all()];',
    'Array.from({ length: 1e6 }, (_, i) => i).map((i) => i + 1);',
    'for (;;) try { for (;;); } catch {}',
    'try { for (;;); } catch { return "bob"; }',
    'try { for (;;); } finally { for (;;); }',
    // Few rounds, but long ones.
    'for (;;) "x".repeat(1e5).split("");',
  ])('of a function that would not end (%s) is answered with 500, and the next request is served', async (endless) => {
    for (const readsBody of [false, true]) {
      nginx = await routerFor({ from: 'function', readsBody }, {}, `(request) => { if (request.path === '/good') return 'ada'; ${endless} return 'bob'; }`);
      const answer = await send(nginx, '/');
      expect([answer.status, JSON.parse(answer.body).detail]).toEqual([500, 'the sharding function took too long']);
      expect(await send(nginx, '/good')).toEqual(owned('ada'));
      expect(nginx.log).not.toContain('exited on signal');
      await nginx.stop();
      nginx = undefined;
    }
  });

  test.each([
    'let sum = 0; for (let i = 0; i < 200_000; i++) sum += i; return String(sum % 7);',
    'return [1, 2, 3].map((n) => n * 2).filter((n) => n > 2).reduce((a, b) => a + b) + "";',
    'return Array.from({ length: 400 }, (_, a) => Array.from({ length: 400 }, (_, b) => a * b)).flat().length + "";',
    'return Array.from({ length: 10_000 }, (_, i) => (i * 7919) % 10_007).sort((a, b) => a - b).at(-1) + "";',
  ])('of a function that does a lot, but ends (%s), is its result, time after time', async (body) => {
    nginx = await routerFor(fn, {}, `() => { ${body} }`);
    const key = new Function(body)();
    for (let time = 0; time < 3; time++) expect(await send(nginx, '/')).toEqual(owned(key));
  });
});
