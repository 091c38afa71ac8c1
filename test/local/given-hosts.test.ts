import { createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { App, Chart } from 'cdk8s';
import { hostsOf } from '../../src/local/manifests/given-hosts';
import { authority } from '../certificates';
import { Backend, Code, Egress, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

test.each([
  [{ localhost: '127.0.0.1' }, "hosts names 'localhost': the name of a host outside of the cluster has a dot in it, as in 'rates.example.com'"],
  [{ 'a.b.': '127.0.0.1' }, "hosts names 'a.b.': the name of a host outside of the cluster has a dot in it, as in 'rates.example.com'"],
  [{ 'a.b': '::1' }, "hosts has \"::1\" for a.b: give the IPv4 address of a stand-in, as in '127.0.0.1'"],
  [{ 'a.b': 'c.d' }, "hosts has \"c.d\" for a.b: give the IPv4 address of a stand-in, as in '127.0.0.1'"],
])('%j is refused', (hosts, message) => {
  expect(() => hostsOf(hosts as unknown as Record<string, string>)).toThrow(new Error(message));
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
