import { once } from 'events';
import { createServer, IncomingMessage, Server } from 'http';
import { AddressInfo, createServer as createTcpServer } from 'net';
import { setTimeout as delay } from 'timers/promises';
import { Chart, Duration, Size, Testing } from 'cdk8s';
import { WebSocket, WebSocketServer } from 'ws';
import { IBackend, Shard, ShardKey, sharding, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

/** A replica that comes and goes, at a port of its own. */
class Replica {
  public static async reserve(): Promise<Replica> {
    const server = createTcpServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    return new Replica(port);
  }

  /** What it was asked for, and how often only whether it is there. */
  public readonly requests: string[] = [];
  public pings = 0;
  private server?: Server;

  private constructor(private readonly port: number) {}

  public get backend(): IBackend {
    return { bind: () => ({ host: '127.0.0.1', port: this.port }) };
  }

  public async start(onRequest: () => void = () => {}): Promise<void> {
    this.server = createServer((req, res) => {
      this.note(req);
      onRequest();
      let bytes = 0;
      req.on('data', (part) => { bytes += part.length; }).on('end', () => res.end(`${bytes} bytes`));
    });
    new WebSocketServer({ server: this.server })
      .on('connection', (socket) => socket.on('message', (data) => socket.send(`${data}`)));
    await once(this.server.listen(this.port, '127.0.0.1'), 'listening');
  }

  public async stop(): Promise<void> {
    if (!this.server?.listening) return;
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server!.close(resolve));
  }

  private note({ method, url }: IncomingMessage): void {
    if (method === 'OPTIONS' && url === '*') this.pings++;
    else this.requests.push(`${method} ${url}`);
  }
}

let replicas: Replica[];
let users: Shard;
let impatient: Spread;
let full: Spread;
let cluster: LocalCluster;

beforeAll(async () => {
  replicas = await Promise.all(Array.from({ length: 4 }, () => Replica.reserve()));
  const chart = new Chart(Testing.app(), 'test');
  const [one, other, late, crowded] = replicas.map(({ backend }) => backend);
  users = new Shard(chart, 'Users', {
    backends: [one, other],
    key: ShardKey.fromFunction(sharding((request) => Number(request.query.shard ?? 0))),
    router: { replicas: 1, patience: Duration.seconds(20) },
  });
  impatient = new Spread(chart, 'Impatient', {
    backend: late, router: { replicas: 1, patience: Duration.seconds(1) },
  });
  full = new Spread(chart, 'Full', {
    backend: crowded,
    // Half of it has room for two requests.
    router: {
      replicas: 1,
      patience: Duration.seconds(2),
      resources: { memory: { request: Size.mebibytes(2), limit: Size.mebibytes(2) } },
    },
  });
  cluster = await LocalCluster.start(chart);
});
afterEach(() => Promise.all(replicas.map((each) => each.stop())));
afterAll(() => cluster?.stop());

/** Nothing tells that a request waits. */
const begun = () => delay(300);

test('requests of any method wait with their bodies, and each reaches the replica once', async () => {
  const [replica] = replicas;
  const sizes = [0, 1, 9_000, 100_000, 3_000_000];
  const answers = sizes.flatMap((size) => ['POST', 'PUT', 'DELETE'].map((method) => (
    cluster.fetch(users, `/${size}?q=%2F&shard=0`, { method, body: size ? 'x'.repeat(size) : undefined })
  )));
  answers.push(...Array.from({ length: 60 }, (_, i) => cluster.fetch(users, `/${i}?shard=0`)));
  await begun();
  await replica.start();
  const texts = await Promise.all(answers.map(async (each) => `${(await each).status} ${await (await each).text()}`));
  expect(texts).toEqual([
    ...sizes.flatMap((size) => Array(3).fill(`200 ${size} bytes`)), ...Array(60).fill('200 0 bytes'),
  ]);
  expect(replica.requests).toHaveLength(75);
  expect(replica.requests).toContain('POST /100000?q=%2F&shard=0');
  // One asks for all, at most ten times a second.
  expect(replica.pings).toBeLessThan(20);
});

test('while the requests of one shard wait, those of another are answered at once', async () => {
  const [one, other] = replicas;
  await other.start();
  const waiting = cluster.fetch(users, '/?shard=0');
  const order: string[] = [];
  const first = waiting.then(() => order.push('waiting'));
  await begun();
  for (let i = 0; i < 20; i++) expect((await cluster.fetch(users, '/?shard=1')).status).toBe(200);
  order.push('other');
  await one.start();
  expect((await waiting).headers.get('x-shard')).toBe('0');
  await first;
  expect(order).toEqual(['other', 'waiting']);
});

test('a replica that was there before is waited for as well, by connections that were kept open too', async () => {
  const [replica] = replicas;
  await replica.start();
  expect((await cluster.fetch(users, '/?shard=0')).status).toBe(200);
  await replica.stop();
  const answers = Array.from({ length: 10 }, () => cluster.fetch(users, '/?shard=0'));
  await begun();
  await replica.start();
  expect(await Promise.all(answers.map(async (each) => (await each).status))).toEqual(Array(10).fill(200));
});

test('what was let in and refused by a replica that went away again goes on waiting', async () => {
  const [replica] = replicas;
  const stopped = new Promise<void>((resolve) => {
    // After the question whether it is there, it is not.
    void replica.start(() => { void replica.stop().then(resolve); });
  });
  const answers = Array.from({ length: 5 }, () => cluster.fetch(users, '/?shard=0'));
  await stopped;
  await begun();
  await replica.start();
  expect(await Promise.all(answers.map(async (each) => (await each).status))).toEqual(Array(5).fill(200));
});

test('a WebSocket waits too', async () => {
  const { host, port } = cluster.address(users);
  const socket = new WebSocket(`ws://${host}:${port}/?shard=0`);
  await begun();
  await replicas[0].start();
  await once(socket, 'open');
  socket.send('hello');
  const [data] = await once(socket, 'message');
  expect(`${data}`).toBe('hello');
  socket.terminate();
});

test('when the time is up, a 503 says so', async () => {
  const start = performance.now();
  const answer = await cluster.fetch(impatient, '/', { method: 'POST', body: 'x' });
  expect(performance.now() - start).toBeGreaterThan(900);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('1');
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(await answer.json()).toMatchObject({ status: 503, detail: 'no replica was ready within 1 s' });
});

test('more than may wait are refused at once, and one whose client is gone is not sent', async () => {
  const [,,, replica] = replicas;
  const given = new AbortController();
  const waiting = ['/given-up', '/waiting'].map((path) => (
    cluster.fetch(full, path, path === '/waiting' ? {} : { signal: given.signal })
      .then(({ status }) => status, () => 'given up')
  ));
  await begun();
  const answer = await cluster.fetch(full, '/one-more');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({
    detail: 'no replica is ready, and as many requests wait for one as may',
  });
  given.abort();
  await replica.start();
  expect(await Promise.all(waiting)).toEqual(['given up', 200]);
  expect((await cluster.fetch(full, '/later')).status).toBe(200);
  expect(replica.requests).toEqual(['GET /waiting', 'GET /later']);
});
