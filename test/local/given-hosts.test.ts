import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { App, Chart } from 'cdk8s';
import { service } from './manifests';
import { hostsOf } from '../../src/local/manifests/given-hosts';
import { authority } from '../certificates';
import { Backend, Code, Egress, Gather, Pattern, ScatterGather, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const NAMES = "write the name of a host outside of the cluster as in 'rates.example.com', that of a Service that others "
  + "make as in 'payments.shop.svc', with its namespace";
const ADDRESS = "give the IPv4 address of a stand-in, as in '127.0.0.1'";

test.each<[Record<string, unknown>, string]>([
  [{ localhost: '127.0.0.1' }, `hosts names 'localhost': ${NAMES}`],
  [{ payments: '127.0.0.1' }, `hosts names 'payments': ${NAMES}`],
  [{ 'a.b.': '127.0.0.1' }, `hosts names 'a.b.': ${NAMES}`],
  [{ '*.b.c': '127.0.0.1' }, `hosts names '*.b.c': ${NAMES}`],
  [{ 'a.b:80': '127.0.0.1' }, `hosts names 'a.b:80': ${NAMES}`],
  [{ '10.1.2.3': '127.0.0.1' }, `hosts names '10.1.2.3': ${NAMES}`],
  [{ 'a.b': '::1' }, `hosts has "::1" for a.b: ${ADDRESS}`],
  [{ 'a.b': 'c.d' }, `hosts has "c.d" for a.b: ${ADDRESS}`],
  [{ 'a.b': undefined }, `hosts has undefined for a.b: ${ADDRESS}`],
  [{ 'a.b': '127.0.0.1', 'A.b': '127.0.0.2' }, 'hosts names a.b twice: give it one address'],
  [
    { 'a.b.svc': '127.0.0.1', 'a.b.svc.cluster.local': '127.0.0.1' },
    'hosts names a.b.svc.cluster.local twice: give it one address',
  ],
])('%j is refused', (hosts, message) => {
  expect(() => hostsOf(hosts as Record<string, string>)).toThrow(new Error(message));
});

test.each(['payments.shop.svc', 'Payments.shop.svc.cluster.local'])('a Service that others make is given as %s', async (name) => {
  const server = createHttpServer((_, response) => response.end('paid')).unref();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const chart = new Chart(new App(), 'shop', { namespace: 'shop' });
  const router = { replicas: 1 };
  const short = Backend.fromUrl(`http://payments:${port}`);
  const asked = ['payments', 'payments.shop', 'payments.shop.svc'].map((host) => `http://${host}:${port}`);
  const patterns = {
    router: new Spread(chart, 'Router', { backend: short, router }),
    root: new ScatterGather(chart, 'Root', { backends: [short], gather: Gather.all(), root: router }),
    function: new Spread(chart, 'Function', {
      replicas: 1,
      backend: Backend.fromFunction(Code.fromInline(`async () => Promise.all(${JSON.stringify(asked)}
        .map(async (url) => (await fetch(url)).text()))`), { egress: [Egress.toHost('payments', port)] }),
      router,
    }),
  };
  await using cluster = await LocalCluster.start(chart, { hosts: { [name]: '127.0.0.1' } });
  const said = async (pattern: Pattern) => (await cluster.fetch(pattern, '/')).text();
  expect(await said(patterns.router)).toBe('paid');
  expect(JSON.parse(await said(patterns.root))).toEqual([{ leaf: 0, status: 200, body: 'paid' }]);
  expect(JSON.parse(await said(patterns.function))).toEqual(['paid', 'paid', 'paid']);
});

test('a Service of the objects is no host, those that are applied later too', async () => {
  const payments = service('payments');
  const hosts = { 'payments.default.svc': '127.0.0.1' };
  const message = 'hosts names payments.default.svc.cluster.local, which is Service payments of these objects: '
    + 'leave one of them out';
  await expect(LocalCluster.start([payments], { hosts })).rejects.toThrow(new Error(message));
  await using cluster = await LocalCluster.start([service('users')], { hosts });
  await expect(cluster.apply([payments])).rejects.toThrow(new Error(message));
});

const PEM = "give certificates in PEM, each from '-----BEGIN CERTIFICATE-----' to '-----END CERTIFICATE-----'";
const { pem } = authority('Stand-ins');

test.each([
  ['a path', 'ca.pem', `authorities has no certificate: ${PEM}`],
  ['none', '', `authorities has no certificate: ${PEM}`],
  [
    'one that was cut', pem + pem.replace(/\n.{40}/, '\n'),
    `authorities has a certificate (number 2) that cannot be read: ${PEM}`,
  ],
])('authorities that are %s are refused', async (_, authorities, message) => {
  const chart = new Chart(new App(), 'shop');
  await expect(LocalCluster.start(chart, { authorities })).rejects.toThrow(new Error(message));
});

test('a function reaches a stand-in for a host outside, in any case of its name', async () => {
  const ca = authority('Stand-ins');
  const { cert, key } = ca.issue({ names: ['rates.example.com'] });
  const server = createServer({ cert, key }, (_, response) => response.end('3.5 %'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const chart = new Chart(new App(), 'shop');
    const web = new Spread(chart, 'Web', {
      replicas: 1,
      backend: Backend.fromFunction(
        Code.fromInline(`async () => (await fetch('https://rates.example.com:${port}/')).text()`),
        { egress: [Egress.toHost('rates.example.com', port)] },
      ),
      router: { replicas: 1 },
    });
    await using cluster = await LocalCluster.start(chart, {
      hosts: { 'Rates.Example.com': '127.0.0.1' }, authorities: ca.pem,
    });
    expect(await (await cluster.fetch(web, '/')).text()).toBe('3.5 %');
  } finally {
    server.close().closeAllConnections();
  }
});
