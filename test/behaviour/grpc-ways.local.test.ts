import { ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { authority } from '../certificates';
import { freePort } from '../free-port';
import { Greeter } from '../grpc-client';
import { Backend, CaBundle, HeaderValue, Protocol, Shard, ShardKey } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const PROGRAM = join(__dirname, '../stand-ins/greeter.mjs');
const ca = authority('Greeters');
let outside: ChildProcess;
let port: number;

beforeAll(async () => {
  port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'greeter-'));
  const { cert, key } = ca.issue({ names: ['greeter.example.com'] });
  writeFileSync(join(folder, 'tls.crt'), cert);
  writeFileSync(join(folder, 'tls.key'), key);
  outside = spawn(process.execPath, [PROGRAM], {
    env: { PORT: `${port}`, LISTEN_ADDRESS: '127.0.0.1', TLS: folder, POD_NAME: 'outside' },
  });
  while (!await listens()) await new Promise((resolve) => setTimeout(resolve, 20));
});
afterAll(() => outside.kill());

function listens(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(!!socket.destroy())).on('error', () => resolve(false));
  });
}

test('shards of gRPC are reached in ways of their own', async () => {
  const chart = new Chart(new App(), 'shop');
  const pods = new Shard(chart, 'Pods', {
    backend: Backend.fromImage('ghcr.io/acme/greeter:1', { port: 50051, protocol: Protocol.GRPC }),
    shards: 1,
    replicas: 1,
    key: ShardKey.fromClientIp(),
    router: { replicas: 1 },
  });
  const all = new Shard(chart, 'All', {
    backends: [
      ...pods.backends,
      Backend.fromUrl(`https://greeter.example.com:${port}`, {
        protocol: Protocol.GRPC,
        tls: { ca: CaBundle.fromPem(ca.pem) },
        headers: { 'x-api-key': HeaderValue.fromSecret('greeter-api', 'key') },
      }),
    ],
    key: ShardKey.fromHeader('x-user'),
    router: { replicas: 1 },
  });
  await using cluster = await LocalCluster.start(chart, {
    commands: { 'ghcr.io/acme/greeter': [process.execPath, PROGRAM] },
    hosts: { 'greeter.example.com': '127.0.0.1' },
    secrets: { 'greeter-api': { key: 'k3y' } },
  });
  const client = new Greeter(cluster.address(all));
  try {
    const users = Array.from({ length: 12 }, (_, n) => `user-${n}`);
    for (const user of users) {
      const metadata = { 'x-user': user, 'authorization': 'mine', 'x-api-key': 'theirs' };
      const { by, headers } = await client.unary('Hello', { name: 'ada' }, metadata);
      const shard = all.shardOf(user);
      expect([by, headers['x-user'], headers['x-api-key'], headers.authorization]).toEqual(shard === 0
        ? ['shard 0', user, 'theirs', 'mine']
        : ['outside', user, 'k3y', undefined]);
    }
    expect(new Set(users.map((user) => all.shardOf(user))).size).toBe(2);
  } finally {
    client.close();
  }
});
