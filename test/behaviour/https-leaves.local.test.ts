import { createServer, Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { App, Chart } from 'cdk8s';
import { authority, Certified } from '../certificates';
import { Backend, CaBundle, Code, Gather, HeaderValue, ScatterGather } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

jest.setTimeout(60_000);

const ca = authority('Test CA');
const servers: Server[] = [];

/** An HTTPS server that says what it was asked; answers its port. */
async function serve({ cert, key }: Certified, options: object = {}): Promise<number> {
  const server = createServer({ cert, key, ...options }, ({ url, headers, socket }, response) => {
    const client = (socket as any).getPeerCertificate()?.subject?.CN;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ url, headers, client }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterAll(() => { for (const server of servers) server.close().closeAllConnections(); });

test('leaves outside are asked by HTTPS as their URLs say, beside one of the cluster', async () => {
  const ports = [
    await serve(ca.issue({ names: ['rates.example.com'] })),
    await serve(ca.issue({ names: ['news.example.com'] }), { requestCert: true, ca: ca.pem }),
    await serve(ca.issue({ names: ['old.example.com'], expired: true })),
  ];
  const chart = new Chart(new App(), 'shop');
  const own = new ScatterGather(chart, 'Own', {
    leaves: 1, replicas: 1, backend: Backend.fromFunction(Code.fromInline('({ headers }) => headers')), gather: Gather.first(),
  });
  const search = new ScatterGather(chart, 'Search', {
    backends: [
      Backend.fromUrl(`https://rates.example.com:${ports[0]}/v1`, {
        tls: { ca: CaBundle.fromPem(ca.pem) },
        headers: { authorization: HeaderValue.fromSecret('rates', 'token', { prefix: 'Bearer ' }) },
      }),
      Backend.fromUrl(`https://news.example.com:${ports[1]}`, { tls: { clientCertificate: 'shop-client' } }),
      Backend.fromUrl(`https://old.example.com:${ports[2]}`),
      own,
    ],
    gather: Gather.all(),
    minResponses: 3,
    root: { replicas: 1 },
  });
  const { cert, key } = ca.issue({ names: ['shop'], client: true });
  await using cluster = await LocalCluster.start(chart, {
    hosts: { 'rates.example.com': '127.0.0.1', 'news.example.com': '127.0.0.1', 'old.example.com': '127.0.0.1' },
    secrets: { 'rates': { token: 's3cret\n' }, 'shop-client': { 'tls.crt': cert, 'tls.key': key } },
    authorities: ca.pem,
  });
  const headers = { 'authorization': 'Basic YTpi', 'cookie': 'a=1', 'x-user': 'ada', 'x-forwarded-for': '10.9.9.9' };
  const answer = await cluster.fetch(search, '/a?b', { headers });
  expect([answer.status, answer.headers.get('x-gather-responses')]).toEqual([200, '3/4']);
  const [rates, news, inside] = (await answer.json() as any[]).map(({ body }) => body);
  const { 'x-request-id': id, ...told } = rates.headers;
  expect(rates.url).toBe('/v1/a?b');
  expect(told).toEqual({
    'host': `rates.example.com:${ports[0]}`,
    'authorization': 'Bearer s3cret',
    'x-user': 'ada',
    'accept': '*/*',
    'accept-encoding': 'identity',
    'accept-language': '*',
    'sec-fetch-mode': 'cors',
    'user-agent': 'node',
  });
  expect(news).toMatchObject({ url: '/a?b', client: 'shop', headers: { 'x-user': 'ada', 'x-request-id': id } });
  expect(news.headers).not.toHaveProperty('cookie');
  expect(inside).toMatchObject({ 'authorization': 'Basic YTpi', 'cookie': 'a=1', 'x-user': 'ada', 'x-request-id': id });
});
