import { createSocket, Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import * as packet from 'dns-packet';
import { names } from '../../../runtime/root/names';

/**
 * What a name server knows: addresses by type; a name that is not there does not exist, and one with an error is
 * refused.
 */
const ZONE: Record<string, { A?: string[]; AAAA?: string[]; silent?: true; code?: number }> = {
  'users.shop.svc.cluster.local': { A: ['10.0.0.1', '10.0.0.2'], AAAA: ['fd00::1'] },
  'six.shop.svc.cluster.local': { AAAA: ['fd00::1'] },
  'empty.shop.svc.cluster.local': {},
  'broken.shop.svc.cluster.local': { code: 2 },
  'silent.shop.svc.cluster.local': { silent: true },
};

let server: Socket;
let lookup: ReturnType<typeof names>;

beforeAll(async () => {
  server = createSocket('udp4');
  server.on('message', (message, from) => {
    const { id, questions = [] } = packet.decode(message);
    const [{ name, type }] = questions;
    const known = ZONE[name];
    if (known?.silent) return;
    const answers = (known?.[type as 'A' | 'AAAA'] ?? []).map((data) => ({ type: type as 'A', name, ttl: 1, data }));
    const flags = known ? known.code ?? 0 : 3;
    server.send(packet.encode({ type: 'response', id, flags, questions, answers }), from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  lookup = names(resolver);
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

test.each([
  ['a name has all its addresses', 'users.shop.svc.cluster.local', ['10.0.0.1', '10.0.0.2']],
  ['with a dot at its end too', 'users.shop.svc.cluster.local.', ['10.0.0.1', '10.0.0.2']],
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
