import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Cluster, describeOn, Engine, testNeeding } from './engine';
import { until } from './load';
import { Backend, Egress, Peer, Spread, Storage } from 'cdk8s-metaparticle';

const PORT = 8080;
const GROUP = 'notes-backend';
const NAMES = [0, 1].map((replica) => `${GROUP}-${replica}`);
/** Replicas of one group, to each other. */
const EACH_OTHER = Peer.pods({ 'app.kubernetes.io/instance': GROUP });

/** A program that keeps one text in a file, and asks another replica for its own. */
const PROGRAM = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const { FOLDER, REPLICA, LISTEN_ADDRESS } = process.env;
  const file = FOLDER + '/note';
  const note = () => { try { return readFileSync(file, 'utf8'); } catch (error) { return error.code; } };
  const answer = async ({ method, url }) => {
    const { pathname, searchParams } = new URL(url, 'http://notes');
    if (method === 'PUT') writeFileSync(file, searchParams.get('text'), { flush: true });
    if (pathname === '/of') return (await fetch('http://' + searchParams.get('host') + ':${PORT}/')).text();
    return REPLICA + ': ' + note();
  };
  const server = require('node:http').createServer((request, response) => {
    answer(request).then((text) => response.end(text), (error) => response.writeHead(500).end(error.stack));
  });
  server.listen(${PORT}, LISTEN_ADDRESS);
  process.on('SIGTERM', () => server.close());
`;

/** What the replicas of an image with storage find again, whatever becomes of their pods. */
export function storageBehaviour(engine: Engine): void {
  describeOn(engine, 'An image with a volume for each of two replicas', () => {
    let running: Cluster;

    beforeAll(async () => {
      const chart = new Chart(Testing.app(), 'test');
      new Spread(chart, 'Notes', {
        replicas: 2,
        backend: Backend.fromImage('node:24-alpine', {
          port: PORT,
          command: ['node', '-e', PROGRAM],
          env: { FOLDER: kplus.EnvValue.fromValue('/data') },
          storage: Storage.volume({ mountPath: '/data', size: Size.mebibytes(16) }),
          clients: [EACH_OTHER, Peer.anywhere()],
          egress: [Egress.toPeer(EACH_OTHER, PORT)],
        }),
        pods: { drain: Duration.seconds(1) },
      });
      running = await engine.start(chart, { freshDns: true });
      for (const name of NAMES) await ask(name, `/?text=${name}`, 'PUT');
    }, 120_000);
    afterAll(() => running?.stop());

    async function ask(name: string, path = '/', method = 'GET'): Promise<string> {
      const { ip } = running.pods(GROUP).find((pod) => pod.name === name)!;
      const { host, port } = await running.reach({ host: ip, port: PORT });
      return (await fetch(`http://${host}:${port}${path}`, { method })).text();
    }
    const all = () => Promise.all(NAMES.map((name) => ask(name)));
    const KEPT = NAMES.map((name, replica) => `${replica}: ${name}`);
    const ready = () => running.pods(GROUP).filter((pod) => pod.ready);

    test('keeps what each wrote, and no other has it', async () => {
      expect(await all()).toEqual(KEPT);
    });

    test('lets them find each other by their names, once they are ready', async () => {
      expect(await ask(NAMES[0], `/of?host=${NAMES[1]}.${GROUP}-headless`)).toBe(KEPT[1]);
      expect(await ask(NAMES[1], `/of?host=${NAMES[0]}.${GROUP}-headless`)).toBe(KEPT[0]);
    });

    testNeeding('signals', engine, 'keeps it when their programs are killed', async () => {
      for (const name of NAMES) {
        await running.pod(name).kill();
        await running.pod(name).ready();
      }
      expect(await all()).toEqual(KEPT);
    });

    test('keeps it over a rolling restart, in which one goes at a time', async () => {
      const restarted = running.rollout(GROUP);
      let fewest = 2;
      let over = false;
      const watched = until(() => {
        fewest = Math.min(fewest, ready().length);
        return over;
      });
      await restarted;
      over = true;
      await watched;
      expect(fewest).toBe(1);
      expect(await all()).toEqual(KEPT);
    }, 120_000);

    test('keeps it when their pods are deleted, also by force', async () => {
      const before = ready().map(({ ip }) => ip);
      await running.pod(NAMES[0]).delete();
      await running.pod(NAMES[1]).delete({ force: true });
      await until(() => ready().length === 2 && ready().every(({ ip }) => !before.includes(ip)));
      expect(await all()).toEqual(KEPT);
    }, 120_000);

    test('keeps it for a replica that is taken away and comes back', async () => {
      await running.scale(GROUP, 1);
      await until(() => running.pods(GROUP).length === 1);
      await running.scale(GROUP, 2);
      await until(() => ready().length === 2);
      expect(await all()).toEqual(KEPT);
    }, 120_000);
  });
}
