import { Resolver } from 'node:dns/promises';
import { names } from '../../../runtime/shared/names';
import { NameServer } from '../../name-server';

let server: NameServer;
let lookup: ReturnType<typeof names>;

beforeAll(async () => {
  server = await NameServer.start({
    'users.shop.svc.cluster.local': { A: ['10.0.0.1', '10.0.0.2'] },
    'rates.example.com': { A: ['203.0.113.1'], AAAA: ['2001:db8::1'] },
    'six.shop.svc.cluster.local': { AAAA: ['fd00::1'] },
    'empty.shop.svc.cluster.local': {},
    'broken.shop.svc.cluster.local': { code: 2 },
    'silent.shop.svc.cluster.local': { silent: true },
  });
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([server.address]);
  lookup = names(resolver);
});

afterAll(() => server.stop());

test.each([
  ['a name has all its addresses', 'users.shop.svc.cluster.local', ['10.0.0.1', '10.0.0.2']],
  ['with a dot at its end too', 'users.shop.svc.cluster.local.', ['10.0.0.1', '10.0.0.2']],
  ['of a host with both it has those of IPv4, as a pod may have no IPv6', 'rates.example.com', ['203.0.113.1']],
  ['in a cluster of IPv6 it has those', 'six.shop.svc.cluster.local', ['fd00::1']],
  ['no pod is ready: there is none', 'empty.shop.svc.cluster.local', []],
  ['a name that does not exist has none', 'lost.shop.svc.cluster.local', []],
  ['an address is itself', '10.1.2.3', ['10.1.2.3']],
  ['one of IPv6 too', 'fd00::1', ['fd00::1']],
  ['localhost is known without a server', 'localhost', ['127.0.0.1']],
])('%s', async (_, name, addresses) => {
  expect(await lookup(name)).toEqual(addresses);
});

test('a server that fails has told nothing', async () => {
  await expect(lookup('broken.shop.svc.cluster.local')).rejects.toThrow('ESERVFAIL');
});

test('a name whose server is silent delays no other, and is given up', async () => {
  // more than the threads that getaddrinfo has
  const silent = Promise.allSettled(Array.from({ length: 12 }, () => lookup('silent.shop.svc.cluster.local')));
  const start = performance.now();
  await lookup('users.shop.svc.cluster.local');
  expect(performance.now() - start).toBeLessThan(500);
  expect((await silent).map(({ status }) => status)).toEqual(Array(12).fill('rejected'));
});
