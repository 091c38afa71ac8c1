import { execFileSync } from 'node:child_process';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { Nginx } from './nginx';
import { IP_SCRIPT } from '../../src/nginx/ip-script';
import { upstream } from '../../src/nginx/upstream';
import { NameServer } from '../name-server';

/** What a `resolver` line of a pod with these addresses gets. */
function resolvers(podIps: string, found: string): string {
  const show = 'printf %s "$NGINX_LOCAL_RESOLVERS"';
  return execFileSync('/bin/sh', ['-euc', `${IP_SCRIPT}${show}`], {
    env: { PATH: process.env.PATH, POD_IPS: podIps, NGINX_LOCAL_RESOLVERS: found }, encoding: 'utf8',
  });
}

test.each([
  ['of nobody knows what', '', ''],
  ['of white space', '  ', ''],
  ['of IPv4', '10.0.0.1', ' ipv6=off'],
  ['of IPv4 inside of IPv6', '::FFFF:10.0.0.1', ' ipv6=off'],
  ['of several of IPv4', '10.0.0.1, ::ffff:10.0.0.2', ' ipv6=off'],
  ['of IPv6, which may reach IPv4 through its node', 'fd00::1', ''],
  ['of both', '10.0.0.1,fd00::1', ''],
  ['of both, the other way round and with spaces', ' fd00::ffff:a , 10.0.0.1 ', ''],
  ['of IPv6 that ends as IPv4 does', '10.0.0.1,fd00::ffff:10.0.0.2', ''],
])('a pod %s: %j', (_, podIps, added) => {
  expect(resolvers(podIps, '10.0.0.10 [fd00::10]')).toBe(`10.0.0.10 [fd00::10]${added}`);
});

describe('a host with addresses of both versions, of which that of IPv6 does not answer,', () => {
  const NAME = 'rates.example.com';
  let host: Server;
  let names: NameServer;
  beforeAll(async () => {
    host = createServer((_, response) => response.end('3.5 %'));
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    // Of documentation (RFC 3849): nobody has it.
    names = await NameServer.start({ [NAME]: { A: ['127.0.0.1'], AAAA: ['2001:db8::1'] } });
  });
  afterAll(async () => {
    host.close().closeAllConnections();
    await names.stop();
  });

  test.each([
    ['is never tried there by a pod without IPv6', '10.0.0.1', ['A'], /^$/],
    ['is tried there by others', '10.0.0.1,fd00::1', ['A', 'AAAA'], /\[2001:db8::1\]/],
  ])('%s', async (_, podIps, asked, logged) => {
    names.asked.clear();
    const { port } = host.address() as AddressInfo;
    const nginx = await Nginx.start([], [
      `resolver ${resolvers(podIps, names.address)} valid=5s;`,
      'proxy_connect_timeout 300ms;',
      ...upstream({ name: 'rates', host: NAME, port, replicas: 1, keepAlive: 0, isOutside: true }, 1),
      'server { listen LISTEN; location / { proxy_pass http://rates; } }',
    ]);
    try {
      // It listens before it has heard of any address.
      while (!(await fetch(nginx.url)).ok) await new Promise((resolve) => setTimeout(resolve, 20));
      const answers = [];
      for (let i = 0; i < 6; i++) answers.push(await (await fetch(nginx.url)).text());
      expect(answers).toEqual(Array(6).fill('3.5 %'));
      expect([...names.asked.get(NAME)!].sort()).toEqual(asked);
    } finally {
      await nginx.stop();
    }
    expect(nginx.log.split('\n').filter((line) => line.includes('connect')).join('\n')).toMatch(logged);
  });
});
