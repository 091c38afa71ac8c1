import { once } from 'events';
import { createServer, Server } from 'http';
import { AddressInfo, Socket } from 'net';
import { Chart, Duration, Testing } from 'cdk8s';
import { answer, FakeLeaf } from '../runtime/root/fake-leaf';
import { Gather, IBackend, ScatterGather, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

/** A server like gunicorn: it closes a connection that was idle for two seconds. */
const IDLE = 2_000;
let server: Server;
/** Connections to it, and who closed each first. */
let closed: Promise<'server' | 'client'>[];
/** A server that closes each connection while the second request is on its way to it. */
let closing: FakeLeaf;
let cluster: LocalCluster;
let kept: Spread;
let shorter: Spread;
let lost: Spread;
let single: Spread;
let singleRoot: ScatterGather;

beforeAll(async () => {
  server = createServer((req, res) => req.resume().on('end', () => res.end('ok')));
  Object.assign(server, { keepAliveTimeout: IDLE, keepAliveTimeoutBuffer: 0 });
  server.on('connection', (socket: Socket) => closed.push(new Promise((resolve) => {
    socket.once('end', () => resolve('client')).once('close', () => resolve('server'));
  })));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing = await FakeLeaf.start(({ socket, requests }) => {
    if (requests === 0) socket.write(answer('"ok"'));
    else socket.destroy();
  });

  const at = (port: number, keepAlive?: Duration): IBackend => (
    { bind: () => ({ host: '127.0.0.1', port, keepAlive }) }
  );
  const { port } = server.address() as AddressInfo;
  const chart = new Chart(Testing.app(), 'test');
  const spread = (id: string, backend: IBackend) => new Spread(chart, id, { backend, router: { replicas: 1 } });
  kept = spread('Kept', at(port));
  shorter = spread('Shorter', at(port, Duration.millis(500)));
  lost = spread('Lost', at(closing.port));
  single = spread('Single', at(closing.port, Duration.millis(0)));
  singleRoot = new ScatterGather(chart, 'Root', {
    backends: [at(closing.port, Duration.millis(0))], gather: Gather.all(), root: { replicas: 1 },
  });
  cluster = await LocalCluster.start(chart);
});
afterAll(async () => {
  await cluster?.stop();
  server?.close();
});
beforeEach(() => {
  closed = [];
  closing.connections = 0;
});

const statusesOf = async (target: Spread | ScatterGather, method: string) => {
  const statuses: number[] = [];
  const body = method === 'POST' ? 'x' : undefined;
  for (let i = 0; i < 3; i++) statuses.push((await cluster.fetch(target, '/', { method, body })).status);
  return statuses;
};

test('a server that closes idle connections before the router does may do it while one is on its way', async () => {
  await cluster.fetch(kept, '/');
  expect(await closed[0]).toBe('server');
});

test('a router with a shorter keepAlive than the server closes them first', async () => {
  await cluster.fetch(shorter, '/', { method: 'POST', body: 'x' });
  expect(await closed[0]).toBe('client');
});

test('a POST that meets a connection that the server closes is not repeated: its client gets a 502', async () => {
  expect(await statusesOf(lost, 'POST')).toEqual([200, 502, 200]);
  expect(closing.connections).toBe(2);
});

test('a GET that meets such a connection is sent once more', async () => {
  expect(await statusesOf(lost, 'GET')).toEqual([200, 200, 200]);
});

test.each([
  ['router', () => single],
  ['root', () => singleRoot],
])('with a keepAlive of 0, each request of a %s has its own connection, and no POST is lost', async (_, target) => {
  expect(await statusesOf(target(), 'POST')).toEqual([200, 200, 200]);
  expect(closing.connections).toBe(3);
});
