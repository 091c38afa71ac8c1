import { Chart, Duration, Testing } from 'cdk8s';
import { handshake, SilentBackend } from './silent-backend';
import { Connection } from '../runtime/connection';
import { Spread } from 'cdk8s-metaparticle';
import { ClusterEvent, LocalCluster } from 'cdk8s-metaparticle/testing';

const DRAIN = 1_000;
const GRACE = 14_000;
/** What remains for open requests: see docs/connections.md. */
const OPEN = GRACE - 5_000;

let silent: SilentBackend;
let cluster: LocalCluster;

afterEach(async () => {
  await cluster?.stop();
  silent?.stop();
});

test('a WebSocket lives through a restart of its router for as long as terminationGracePeriod leaves', async () => {
  silent = await SilentBackend.start();
  const chart = new Chart(Testing.app(), 'test');
  const web = new Spread(chart, 'Web', {
    backend: silent.backend,
    pods: { drain: Duration.millis(DRAIN), terminationGracePeriod: Duration.millis(GRACE) },
    router: { replicas: 1, timeout: Duration.seconds(1), idleTimeout: Duration.minutes(1) },
  });
  cluster = await LocalCluster.start(chart);
  const { host, port } = cluster.address(web);
  const [brief, endless] = await Promise.all([0, 1].map(() => Connection.open(port, host)));
  for (const socket of [brief, endless]) await socket.send(handshake()).take(/ 101 [^]*\r\n\r\n/);

  const [{ name }] = cluster.pods(web);
  const happens = (type: string) => new Promise<void>((resolve) => {
    cluster.on('event', (event: ClusterEvent) => { if (event.type === type && event.pod === name) resolve(); });
  });
  const gone = happens('gone');
  const terminating = happens('terminating');
  await cluster.rollout(web);
  await terminating;
  const start = performance.now();

  await new Promise((resolve) => setTimeout(resolve, OPEN - 1_000));
  brief.send('the last word');
  await brief.take(/the last word/);
  brief.close();
  await endless.closed;
  expect(performance.now() - start).toBeGreaterThan(OPEN - 500);
  await gone;
  // Not killed: nginx has ended by itself.
  expect(performance.now() - start).toBeLessThan(GRACE - 2_000);
});
