import { WebSocket } from 'ws';
import { exampleObjects } from './kubernetes/examples';
import { until } from './load';
import { standIns } from '../example-promises';
import { lowPorts } from '../low-ports';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

// The promise of examples/rooms that takes minutes on a cluster: a pod that is replaced waits for its members.
lowPorts.test('a rolling restart of router and shards closes no open socket, and old pods end when their last one leaves', async () => {
  const cluster = await LocalCluster.start(exampleObjects('rooms'), standIns.rooms);
  try {
    const { host, port } = cluster.address('rooms');
    const sockets = await Promise.all(Array.from({ length: 12 }, async (_, n) => {
      const socket = new WebSocket(`ws://${host}:${port}/rooms/${n}`);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      return socket;
    }));
    const closed: number[] = [];
    for (const [n, socket] of sockets.entries()) socket.once('close', () => closed.push(n));
    const echo = (socket: WebSocket) => new Promise<string>((resolve) => {
      socket.once('message', (message) => resolve(`${message}`.slice(3)));
      socket.send('still here');
    });

    const groups = ['rooms', 'rooms-0', 'rooms-1', 'rooms-2'];
    const before = new Set(cluster.pods().map(({ name }) => name));
    for (const group of groups) await cluster.rollout(group);
    const old = () => cluster.pods().filter(({ name }) => before.has(name));
    // Told to end, by then; they stay.
    await until(() => old().every(({ phase }) => phase === 'Terminating'));
    expect([old().length, closed]).toEqual([before.size, []]);
    expect(await Promise.all(sockets.map(echo))).toEqual(sockets.map(() => 'still here'));

    for (const socket of sockets) socket.close();
    await until(() => old().length === 0);
  } finally {
    await cluster.stop();
  }
}, 120_000);
