import { get, IncomingMessage } from 'node:http';
import { createServer, Server } from 'node:https';
import { AddressInfo, createServer as createConnection, Socket } from 'node:net';
import { ApiObject, App, Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { authority, Certified, selfSigned } from '../certificates';
import {
  Backend, CaBundle, CallerHeaders, Code, Gather, HeaderValue, IBackend, ScatterGather, Shard, ShardKey, Spread,
  UrlBackendOptions,
} from 'cdk8s-metaparticle';
import { LocalCluster, LocalClusterOptions } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);

const ca = authority('Test CA');
const otherCa = authority('Another CA');
const trusted = CaBundle.fromPem(ca.pem);
const good = ca.issue({ names: ['rates.example.com'] });

interface Seen { readonly url: string; readonly headers: string[]; readonly sni: string; readonly client?: string }
const servers: Server[] = [];

/** An HTTPS server that says what it was asked; answers its port. */
async function serve({ cert, key }: Certified, options: object = {}): Promise<number> {
  const server = createServer({ cert, key, ...options }, (request, response) => {
    const socket = request.socket as any;
    const { url, rawHeaders: headers } = request;
    const client = socket.getPeerCertificate()?.subject?.CN;
    const seen: Seen = { url: url!, headers, sni: socket.servername, client };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(seen));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterAll(() => { for (const server of servers) server.close().closeAllConnections(); });

/** The routers of Spreads, each over one backend. */
async function routers(
  backends: Record<string, IBackend>, options: LocalClusterOptions = {},
): Promise<LocalCluster> {
  const chart = new Chart(new App(), 'shop');
  for (const [id, backend] of Object.entries(backends)) new Spread(chart, id, { backend, router: { replicas: 1 } });
  return LocalCluster.start(chart, { hosts: { 'rates.example.com': '127.0.0.1' }, ...options });
}

const at = (port: number, options: UrlBackendOptions = {}, path = '') => (
  Backend.fromUrl(`https://rates.example.com:${port}${path}`, { tls: { ca: trusted }, ...options })
);
const seenBy = async (cluster: LocalCluster, target: string, path = '/', headers = {}): Promise<Seen> => {
  const answer = await cluster.fetch(target, path, { headers });
  expect({ status: answer.status, body: answer.ok || await answer.text() }).toEqual({ status: 200, body: true });
  return await answer.json() as Seen;
};
const headersOf = ({ headers }: Seen) => Object.fromEntries(
  headers.flatMap((name, index) => index % 2 ? [] : [[name.toLowerCase(), headers[index + 1]]]),
);

test('a request goes to a URL as it says', async () => {
  const port = await serve(good);
  await using cluster = await routers({
    Plain: at(port),
    Based: at(port, {}, '/v1'),
    Kept: at(port, { keepHost: true, callerHeaders: CallerHeaders.all() }),
    Only: at(port, { callerHeaders: CallerHeaders.only('accept', 'x-user') }),
    Own: at(port, {
      headers: {
        'authorization': HeaderValue.fromSecret('rates', 'token', { prefix: 'Bearer $1 ' }),
        'x-tenant': HeaderValue.fromText('a"c\\m$e'),
      },
    }),
  }, { secrets: { rates: { token: 't"o\\k$e{n};#\n' } } });
  const caller = {
    'authorization': 'Basic YTpi',
    'cookie': 'session=1',
    'x-forwarded-for': '10.9.9.9',
    'x-user': 'ada',
    'accept': 'text/x',
    'x-tenant': 'theirs',
    'x-real-ip': '10.9.9.9',
    'via': '1.1 here',
  };

  const plain = await seenBy(cluster, 'plain', '/a%2Fb//c?d=%20', caller);
  expect(plain).toMatchObject({ url: '/a%2Fb//c?d=%20', sni: 'rates.example.com' });
  const { 'x-request-id': _, ...headers } = headersOf(plain);
  expect(headers).toEqual({
    'host': `rates.example.com:${port}`,
    'x-user': 'ada',
    'accept': 'text/x',
    'x-tenant': 'theirs',
    'accept-encoding': expect.anything(),
    'accept-language': '*',
    'sec-fetch-mode': 'cors',
    'user-agent': 'node',
  });

  expect((await seenBy(cluster, 'based', '/a%2Fb//c?d=%20', caller)).url).toBe('/v1/a%2Fb//c?d=%20');
  expect((await seenBy(cluster, 'based', '/a..b/...?d=/../')).url).toBe('/v1/a..b/...?d=/../');
  for (const path of ['/..%2fx', '/a/%2e%2e;/x', '/a%5c..%5cx', '/a/.%2E;v=1/x', '/a/%2e;b']) {
    expect((await cluster.fetch('based', path)).status).toBe(400);
  }
  // No fetch sends what stands behind a number sign.
  const { statusCode } = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ ...cluster.address('based'), path: '/a#/../../x', agent: false }, resolve).once('error', reject);
  });
  expect(statusCode).toBe(400);

  const { host, authorization, cookie, 'x-forwarded-host': forwarded } = headersOf(
    await seenBy(cluster, 'kept', '/', caller),
  );
  const { host: address, port: routerPort } = cluster.address('kept');
  const called = `${address}:${routerPort}`;
  expect({ host, authorization, cookie, forwarded }).toEqual(
    { host: called, authorization: 'Basic YTpi', cookie: 'session=1', forwarded: called },
  );

  expect(headersOf(await seenBy(cluster, 'only', '/', caller))).toEqual(
    { 'host': `rates.example.com:${port}`, 'x-user': 'ada', 'accept': 'text/x' },
  );

  expect(headersOf(await seenBy(cluster, 'own', '/', caller))).toMatchObject(
    { 'authorization': 'Bearer $1 t"o\\k$e{n};#', 'x-tenant': 'a"c\\m$e' },
  );
});

test.each([
  ['a trusted authority signed', good, 200, undefined],
  ['has expired', ca.issue({ names: ['rates.example.com'], expired: true }), 502, 'certificate has expired'],
  ['nobody signed but itself', selfSigned({ names: ['rates.example.com'] }), 502, 'self-signed certificate'],
  ['is for another name', ca.issue({ names: ['other.example.com'] }), 502, 'does not match "rates.example.com"'],
  [
    'another authority signed', otherCa.issue({ names: ['rates.example.com'] }), 502,
    'unable to verify the first certificate',
  ],
])('a certificate that %s', async (_, certified, status, reason) => {
  const port = await serve(certified);
  await using cluster = await routers({ Web: at(port) });
  const answer = await cluster.fetch('web', '/');
  expect(answer.status).toBe(status);
  if (reason === undefined) return;
  expect(await answer.json()).toMatchObject({ status: 502, detail: 'no replica answered properly' });
  const [router] = cluster.pods('web');
  expect(await cluster.pod(router.name).logs()).toContain(reason);
});

test('a bundle of authorities comes from a ConfigMap, a Secret, or the image', async () => {
  const port = await serve(good);
  const chart = new Chart(new App(), 'shop');
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'corp-ca' }, data: { 'ca.crt': ca.pem } };
  new ApiObject(chart, 'Ca', configMap);
  const router = { replicas: 1 };
  const sources = {
    Mapped: { ca: CaBundle.fromConfigMap('corp-ca') }, Hidden: { ca: CaBundle.fromSecret('corp', 'root.pem') }, System: {},
  };
  for (const [id, tls] of Object.entries(sources)) new Spread(chart, id, { backend: at(port, { tls }), router });
  await using cluster = await LocalCluster.start(chart, {
    hosts: { 'rates.example.com': '127.0.0.1' }, secrets: { corp: { 'root.pem': ca.pem } }, authorities: ca.pem,
  });
  for (const name of ['mapped', 'hidden', 'system']) {
    expect((await seenBy(cluster, name)).sni).toBe('rates.example.com');
  }
});

/** Pods that speak HTTPS, with a certificate for a name. */
function pods(chart: Chart, name: string): IBackend {
  const { cert, key } = ca.issue({ names: [name] });
  const secret = new kplus.Secret(chart, 'Secret', { stringData: { 'tls.crt': cert, 'tls.key': key } });
  return Backend.fromImage('node:24-alpine', {
    port: 8443,
    args: ['node', '-e', `
      const [cert, key] = ['crt', 'key'].map((kind) => require('node:fs').readFileSync(process.env.TLS + '/tls.' + kind));
      require('node:https').createServer({ cert, key }, ({ socket }, response) => response.end(socket.servername))
        .listen(8443, process.env.LISTEN_ADDRESS);
    `],
    env: { TLS: kplus.EnvValue.fromValue('/tls') },
    volumeMounts: [{ path: '/tls', volume: kplus.Volume.fromSecret(chart, 'Tls', secret), readOnly: true }],
    tls: { ca: trusted },
    readiness: kplus.Probe.fromTcpSocket(),
  });
}

test('what is in the cluster is verified by the name of its Service, with the namespace, wherever it is called from', async () => {
  const app = new App();
  const [shop, anywhere] = [new Chart(app, 'shop', { namespace: 'shop' }), new Chart(app, 'anywhere')];
  const router = { replicas: 1 };
  const web = new Spread(shop, 'Web', { replicas: 1, backend: pods(shop, 'web-backend.shop.svc'), router });
  new Spread(anywhere, 'Own', { replicas: 1, backend: pods(anywhere, 'own-backend.default.svc'), router });
  new Spread(anywhere, 'Theirs', { backend: web.backends[0], router });
  const url = Backend.fromUrl('https://web-backend.shop.svc:8443', { tls: { ca: trusted } });
  new Spread(anywhere, 'Named', { backend: url, router });
  new Spread(anywhere, 'Wrong', {
    backend: Backend.fromUrl('https://web-backend.shop.svc:8443', { tls: { ca: trusted, serverName: 'web-backend' } }), router,
  });
  new ScatterGather(anywhere, 'All', { backends: [web.backends[0], url], gather: Gather.all(), root: router });
  await using cluster = await LocalCluster.start(app);
  const said = async (target: string) => (await cluster.fetch(target, '/')).text();
  expect(await said('shop/web')).toBe('web-backend.shop.svc');
  expect(await said('own')).toBe('own-backend.default.svc');
  expect(await said('theirs')).toBe('web-backend.shop.svc');
  expect(await said('named')).toBe('web-backend.shop.svc');
  expect((await cluster.fetch('wrong', '/')).status).toBe(502);
  expect(JSON.parse(await said('all')).map(({ body }: any) => body)).toEqual(Array(2).fill('web-backend.shop.svc'));
});

test('a backend that asks who is calling is shown the client certificate', async () => {
  const port = await serve(good, { ca: ca.pem, requestCert: true, rejectUnauthorized: true });
  const { cert, key } = ca.issue({ names: ['shop'], client: true });
  await using cluster = await routers(
    { Known: at(port, { tls: { ca: trusted, clientCertificate: 'shop-client' } }), Unknown: at(port) },
    { secrets: { 'shop-client': { 'tls.crt': cert, 'tls.key': key } } },
  );
  expect((await seenBy(cluster, 'known')).client).toBe('shop');
  expect((await cluster.fetch('unknown', '/')).status).not.toBe(200);
});

test('the shards of a Shard are reached in ways of their own', async () => {
  const ports = [await serve(good), await serve(ca.issue({ names: ['other.example.com'] }))];
  const chart = new Chart(new App(), 'shop');
  const inner = new Spread(chart, 'Inner', {
    replicas: 1,
    backend: Backend.fromFunction(Code.fromInline('({ body, ...request }) => ({ ...request, body })')),
    router: { replicas: 1 },
  });
  const users = new Shard(chart, 'Users', {
    backends: [
      at(ports[0], {}, '/v1'), inner,
      Backend.fromUrl(`https://other.example.com:${ports[1]}/v2`, {
        tls: { ca: trusted }, headers: { 'x-token': HeaderValue.fromText('mine') },
      }),
    ],
    key: ShardKey.fromFunction(Code.fromInline('({ query }) => Number(query.shard)')),
    router: { replicas: 1, idleTimeout: Duration.seconds(90) },
  });
  await using cluster = await LocalCluster.start(chart, {
    hosts: { 'rates.example.com': '127.0.0.1', 'other.example.com': '127.0.0.1' },
  });
  const cookie = { cookie: 'session=1' };
  const [first, third] = [
    await seenBy(cluster, 'users', '/a?shard=0', cookie), await seenBy(cluster, 'users', '/a?shard=2', cookie),
  ];
  expect(first).toMatchObject({ url: '/v1/a?shard=0', sni: 'rates.example.com' });
  expect(third).toMatchObject({ url: '/v2/a?shard=2', sni: 'other.example.com' });
  expect([headersOf(first)['x-token'], headersOf(third)['x-token'], headersOf(third).cookie])
    .toEqual([undefined, 'mine', undefined]);
  const second = await cluster.fetch(users, '/a?shard=1', { method: 'POST', body: 'text', headers: cookie });
  expect(second.headers.get('x-shard')).toBe('1');
  expect(await second.json()).toMatchObject({ method: 'POST', path: '/a', headers: cookie, body: 'text' });
  // What may be idle goes on in further locations.
  const events = { ...cookie, accept: 'text/event-stream' };
  expect((await seenBy(cluster, 'users', '/e?shard=2', events)).url).toBe('/v2/e?shard=2');
  expect((await cluster.fetch(users, '/e', { headers: events })).status).toBe(500);
});

test.each([
  ['in clear text, once its request has been read', 'http', 2, 1],
  ['by TLS, before there is a connection', 'https', 2, 2],
])('a host outside that breaks connections %s, is tried twice at most', async (_, scheme, gets, posts) => {
  let connections = 0;
  const server = createConnection((socket) => {
    connections++;
    socket.once('data', () => socket.resetAndDestroy()).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await using cluster = await routers({ Web: Backend.fromUrl(`${scheme}://rates.example.com:${port}`) });
    expect((await cluster.fetch('web', '/')).status).toBe(502);
    expect(connections).toBe(gets);
    expect((await cluster.fetch('web', '/', { method: 'POST', body: 'text' })).status).toBe(502);
    expect(connections - gets).toBe(posts);
  } finally {
    server.close();
  }
});

test('a host outside that takes connections and says nothing is given up in time, with the reason', async () => {
  const open = new Set<Socket>();
  const server = createConnection((socket) => open.add(socket.on('error', () => {}).resume()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    // Longer than connections within the cluster may take, and shorter than those to hosts outside.
    const backend = at(port, { connectTimeout: Duration.millis(700) });
    const chart = new Chart(new App(), 'shop');
    const router = { replicas: 1 };
    new Spread(chart, 'Web', { backend, router });
    new ScatterGather(chart, 'All', { backends: [backend], gather: Gather.all(), root: router });
    await using cluster = await LocalCluster.start(chart, { hosts: { 'rates.example.com': '127.0.0.1' } });
    const ask = async (target: string, method: string, tries: number) => {
      const start = performance.now();
      const answer = await cluster.fetch(target, '/', { method });
      const took = performance.now() - start;
      return [answer.status, took > tries * 690 && took < 5_000, await answer.json()];
    };
    for (const method of ['GET', 'POST']) {
      open.clear();
      expect(await ask('web', method, 2)).toEqual([504, true, expect.objectContaining({ status: 504 })]);
      expect(open.size).toBe(2);
      expect(await ask('all', method, 1)).toEqual([502, true, expect.objectContaining({
        leaves: [expect.objectContaining({ reason: 'no TLS handshake within 700 ms' })],
      })]);
    }
    const [{ name }] = cluster.pods('web');
    expect(await cluster.pod(name).logs()).toContain('while SSL handshaking to upstream');
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
});

test('a router does not start with a Secret that no header can hold, and says so', async () => {
  const token = HeaderValue.fromSecret('rates', 'token');
  const backend = at(443, { headers: { 'x-token': token } });
  await expect(routers({ Web: backend }, { secrets: { rates: { token: 'a\nb: c' } }, startTimeout: Duration.seconds(5) }))
    .rejects.toThrow('BACKEND_HEADER_0 holds a line break or another character that no header has: put only the value '
      + 'into its Secret');
});
