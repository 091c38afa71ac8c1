import { createHash, randomBytes } from 'node:crypto';
import { promises as dns } from 'node:dns';
import { once } from 'node:events';
import * as net from 'node:net';
import { Duration } from 'cdk8s';
import { program, server, service } from './manifests';
import { ServiceForwarder } from '../../src/local/network/service-forwarder';
import { LocalCluster } from '../../src/local/testing';
import { freePort } from '../free-port';

const headless = service('web-headless', 'web', { clusterIP: 'None' });

function resolver(cluster: LocalCluster): dns.Resolver {
  const made = new dns.Resolver({ timeout: 2000, tries: 1 });
  made.setServers([cluster.dns]);
  return made;
}

const readyIps = (cluster: LocalCluster) => cluster.pods('web').filter((pod) => pod.ready).map((pod) => pod.ip).sort();

describe('names', () => {
  test('a Service is known by its full name alone, as in a cluster, and its headless twin by its ready pods', async () => {
    await using cluster = await LocalCluster.start(
      [program, server('web', { replicas: 2 }), service('web'), headless],
    );
    const names = resolver(cluster);
    const { host } = cluster.address('web');
    for (const name of [
      'web.default.svc.cluster.local',
      'WEB.default.svc.cluster.local',
    ]) expect(await names.resolve4(name)).toEqual([host]);
    for (const name of [
      'web',
      'web.default',
      'web.default.svc',
      'x.web.default.svc.cluster.local',
      'web.default.cluster.local',
      'localhost',
    ]) {
      await expect(names.resolve4(name)).rejects.toThrow('ENOTFOUND');
    }
    expect((await names.resolve4('web-headless.default.svc.cluster.local')).sort()).toEqual(readyIps(cluster));
    await expect(names.resolve6('web.default.svc.cluster.local')).rejects.toThrow('ENODATA');
    await expect(names.resolve4('web.other.svc.cluster.local')).rejects.toThrow('ENOTFOUND');
    await expect(names.resolve4('nobody')).rejects.toThrow('ENOTFOUND');
  });

  test('the port of a Service has SRV records: one for each ready pod of a headless one, by a name of the pod\'s own', async () => {
    await using cluster = await LocalCluster.start(
      [program, server('web', { replicas: 3 }), service('web'), headless],
    );
    const names = resolver(cluster);
    const [{ name: port, port: number }] = headless.spec.ports;
    const found = await names.resolveSrv(`_${port}._tcp.web-headless.default.svc.cluster.local`);
    expect(found.map(({ weight }) => weight)).toEqual([33, 33, 33]);
    const addresses = await Promise.all(found.map(async ({ name }) => (await names.resolve4(name))[0]));
    expect(addresses.sort()).toEqual(readyIps(cluster));
    expect(found.map(({ name }) => name).sort()).toEqual(
      readyIps(cluster).map((ip) => `${ip.replace(/\./g, '-')}.web-headless.default.svc.cluster.local`).sort(),
    );
    expect(await names.resolveSrv(`_${port}._tcp.web.default.svc.cluster.local`)).toEqual([
      { name: 'web.default.svc.cluster.local', port: number, priority: 0, weight: 100 },
    ]);
    for (const name of ['_other._tcp.web-headless', `_${port}._udp.web-headless`, `_${port}._tcp.nobody`, '_._tcp.web']) {
      await expect(names.resolveSrv(`${name}.default.svc.cluster.local`)).rejects.toThrow('ENOTFOUND');
    }
    await expect(names.resolve4('127-1-1-1.web-headless.default.svc.cluster.local')).rejects.toThrow('ENOTFOUND');
  });

  test('an ExternalName stands for what it names, also in the cluster', async () => {
    const alias = (name: string, externalName: string) => service(name, name, { type: 'ExternalName', externalName });
    await using cluster = await LocalCluster.start(
      [
        service('web'),
        alias('shop', 'web.default.svc.cluster.local'),
        alias('self', 'self.default.svc.cluster.local'),
      ],
    );
    const names = resolver(cluster);
    expect(await names.resolve4('shop.default.svc.cluster.local')).toEqual([cluster.address('web').host]);
    await expect(names.resolve4('self.default.svc.cluster.local')).rejects.toThrow('ENOTFOUND');
  });

  test('a pod that is not ready leaves the headless name, unless the Service publishes it', async () => {
    const published = service('web-all', 'web', { clusterIP: 'None', publishNotReadyAddresses: true });
    await using cluster = await LocalCluster.start([program, server('web'), service('web'), headless, published]);
    const names = resolver(cluster);
    const [pod] = cluster.pods('web');
    await fetch(`http://${pod.ip}:8080/unready`);
    await cluster.pod(pod.name).notReady();
    await expect(names.resolve4('web-headless.default.svc.cluster.local')).rejects.toThrow('ENODATA');
    expect(await names.resolve4('web-all.default.svc.cluster.local')).toEqual([pod.ip]);
  });

  test('an answer too long for UDP comes over TCP', async () => {
    await using cluster = await LocalCluster.start([program, server('web', { replicas: 12 }), headless]);
    expect((await resolver(cluster).resolve4('web-headless.default.svc.cluster.local')).length).toBe(12);
  });

  test('answers, also negative ones, are as old as dnsCache allows, and no older', async () => {
    await using cluster = await LocalCluster.start(
      [program, server('web')], { dnsCache: Duration.millis(700), hold: ['web'] },
    );
    const names = resolver(cluster);
    await expect(names.resolve4('web-headless.default.svc.cluster.local')).rejects.toThrow('ENOTFOUND');
    await cluster.apply([headless]);
    await expect(names.resolve4('web-headless.default.svc.cluster.local')).rejects.toThrow('ENOTFOUND');
    await new Promise((resolve) => setTimeout(resolve, 750));
    await expect(names.resolve4('web-headless.default.svc.cluster.local')).rejects.toThrow('ENODATA');
    await cluster.release('web');
    await expect(names.resolve4('web-headless.default.svc.cluster.local')).rejects.toThrow('ENODATA');
    await new Promise((resolve) => setTimeout(resolve, 750));
    expect(await names.resolve4('web-headless.default.svc.cluster.local')).toEqual(readyIps(cluster));
  });
});

describe('an ordinary Service', () => {
  test('takes turns among its pods, and refuses when none is ready', async () => {
    await using cluster = await LocalCluster.start([program, server('web', { replicas: 2 }), service('web')]);
    const hits = new Map<string, number>();
    for (let i = 0; i < 10; i++) {
      const name = await (await cluster.fetch('web:http', '/', { headers: { connection: 'close' } })).text();
      hits.set(name, (hits.get(name) ?? 0) + 1);
    }
    expect([...hits.values()]).toEqual([5, 5]);
    const [first, second] = cluster.pods('web');
    await fetch(`http://${first.ip}:8080/unready`);
    await fetch(`http://${second.ip}:8080/unready`);
    await Promise.all([cluster.pod(first.name).notReady(), cluster.pod(second.name).notReady()]);
    await expect(cluster.fetch('web', '/', { headers: { connection: 'close' } })).rejects.toThrow(
      /ECONNREFUSED[^]*pod web-.*: readiness probe: GET .* answered 503/,
    );
    await fetch(`http://${second.ip}:8080/reready`);
    await cluster.pod(second.name).ready();
    expect(await (await cluster.fetch('web', '/')).text()).toBe(second.name);
  });

  test('keeps open connections when their pod is no longer ready', async () => {
    await using cluster = await LocalCluster.start([program, server('web'), service('web')]);
    const { host, port } = cluster.address('web');
    const socket = net.connect(port, host).setEncoding('utf8');
    const ask = async (path: string) => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: web\r\n\r\n`);
      return (await once(socket, 'data'))[0] as string;
    };
    expect(await ask('/')).toContain('200 OK');
    const [pod] = cluster.pods('web');
    await ask('/unready');
    await cluster.pod(pod.name).notReady();
    expect(await ask('/')).toContain(pod.name);
    socket.destroy();
  });

  test('passes 50 MB without changing a byte', async () => {
    await using cluster = await LocalCluster.start([program, server('web'), service('web')]);
    expect(
      await (await cluster.fetch(
        'web', '/length', { method: 'POST', body: Buffer.alloc(50 * 1024 * 1024, 'x') },
      )).text(),
    ).toBe(
      String(50 * 1024 * 1024),
    );
  });
});

describe('a forwarder', () => {
  async function pair(
    serve: (socket: net.Socket) => void,
  ): Promise<{ forwarder: ServiceForwarder; connect: () => net.Socket } & AsyncDisposable> {
    const pod = net.createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1');
    await once(pod, 'listening');
    const port = await freePort();
    const forwarder = new ServiceForwarder('127.0.0.1', port, (error) => { throw error; });
    forwarder.update([{ host: '127.0.0.1', port: (pod.address() as net.AddressInfo).port }]);
    await forwarder.settled();
    return {
      forwarder,
      connect: () => net.connect({ host: '127.0.0.1', port, allowHalfOpen: true }),
      [Symbol.asyncDispose]: async () => {
        forwarder.close();
        pod.close();
      },
    };
  }

  async function received(socket: net.Socket): Promise<Buffer> {
    // `for await` would destroy the socket at its end, and with it the other direction.
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    await once(socket, 'end');
    return Buffer.concat(chunks);
  }

  test('a client that has ended its side still gets the whole answer', async () => {
    await using made = await pair(
      (socket) => void received(socket).then((all) => socket.end(createHash('sha256').update(all).digest('hex'))),
    );
    const sent = randomBytes(3_000_000);
    const client = made.connect();
    client.end(sent);
    expect((await received(client)).toString()).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  test('a pod that ends its side first still gets what the client sends', async () => {
    let got: Promise<Buffer> | undefined;
    await using made = await pair((socket) => {
      socket.end('bye');
      got = received(socket);
    });
    const client = made.connect();
    expect((await received(client)).toString()).toBe('bye');
    client.end('thanks');
    expect((await got)!.toString()).toBe('thanks');
  });

  test('a reset on one side is a reset on the other', async () => {
    await using made = await pair((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const client = made.connect();
    client.write('x');
    const [error] = await once(client, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
  });

  test('a pod whose process has just ended is passed over', async () => {
    await using made = await pair((socket) => socket.end('alive'));
    const [living] = (made.forwarder as any).endpoints;
    made.forwarder.update([{ host: '127.0.0.1', port: 1 }, living]);
    for (let i = 0; i < 4; i++) expect((await received(made.connect())).toString()).toBe('alive');
  });

  test('back-pressure reaches the sender: a pod that does not read holds the client back', async () => {
    await using made = await pair((socket) => socket.pause());
    const client = made.connect();
    let taken = 0;
    for (let i = 0; i < 200; i++) {
      if (!client.write(Buffer.alloc(1_000_000)) && !(await Promise.race(
        [once(client, 'drain'), new Promise((resolve) => setTimeout(resolve, 300))],
      ))) {
        break;
      }
      taken += 1_000_000;
    }
    expect(taken).toBeLessThan(50_000_000);
    client.destroy();
  });
});
