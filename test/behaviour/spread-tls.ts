import { Chart, Duration, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Cluster, clusterPerTest, describeOn, Engine, StartOptions, testNeeding } from './engine';
import { killInTurn } from './kills';
import { failures, reached } from './load';
import { replacePods } from './rollouts';
import { authority } from '../certificates';
import { Backend, CaBundle, RouterOptions, Spread } from 'cdk8s-metaparticle';

const NAME = 'web.example.com';

/** An HTTPS server that says who it is; it ends when what it has begun is answered, or at once where it is told. */
const PROGRAM = `
  const { readFileSync } = require('node:fs');
  let ending = false;
  const pair = { cert: readFileSync(process.env.TLS + '/tls.crt'), key: readFileSync(process.env.TLS + '/tls.key') };
  const server = require('node:https').createServer(pair, (request, response) => {
    if (ending) response.setHeader('connection', 'close');
    request.resume().on('end', () => {
      if (request.url === '/exit/' + process.env.POD_NAME) process.exit(1);
      response.end(process.env.POD_NAME);
    });
  }).listen(8443, process.env.LISTEN_ADDRESS);
  // Node closes idle connections at once, and routers keep them for 4 s: a POST may be on its way over one of them.
  process.on('SIGTERM', () => { ending = true; setTimeout(() => server.close(), 5000); });
`;

/** What a Spread promises while its pods change, where they speak TLS: what it promises of others. */
export function spreadTlsBehaviour(engine: Engine): void {
  describeOn(engine, 'A Spread over replicas that speak TLS', () => {
    const startChart = clusterPerTest(engine);

    async function start(
      replicas: number, router: RouterOptions = {}, options: StartOptions = {},
    ): Promise<[Cluster, Spread]> {
      const chart = new Chart(Testing.app(), 'test');
      const ca = authority('Replicas');
      const { cert, key } = ca.issue({ names: [NAME] });
      const secret = new kplus.Secret(chart, 'Secret', {
        metadata: { name: 'web-tls' }, stringData: { 'tls.crt': cert, 'tls.key': key },
      });
      const web = new Spread(chart, 'Web', {
        replicas,
        router,
        backend: Backend.fromImage('node:24-alpine', {
          port: 8443,
          args: ['node', '-e', PROGRAM],
          env: {
            POD_NAME: kplus.EnvValue.fromFieldRef(kplus.EnvFieldPaths.POD_NAME),
            TLS: kplus.EnvValue.fromValue('/tls'),
          },
          volumeMounts: [{ path: '/tls', volume: kplus.Volume.fromSecret(chart, 'Tls', secret), readOnly: true }],
          tls: { serverName: NAME, ca: CaBundle.fromPem(ca.pem) },
          readiness: kplus.Probe.fromTcpSocket({
            periodSeconds: Duration.seconds(2), timeoutSeconds: Duration.seconds(1), failureThreshold: 2,
          }),
        }),
      });
      return [await startChart(chart, options), web];
    }

    testNeeding('signals', engine, 'loses no GET when each replica is killed in turn under load', async () => {
      const [running, web] = await start(3);
      const load = running.load(web, { clients: 32, pause: 5 });
      await killInTurn(running, 'web-backend', load);
      expect(failures(await load.stop())).toEqual([]);
    }, 90_000);

    testNeeding('signals', engine, 'answers GETs that a frozen replica has got by another', async () => {
      const [running, web] = await start(2, { timeout: Duration.seconds(2) }, { freshDns: true });
      await running.routersKnowPods();
      const [frozen] = running.pods('web-backend');
      const load = running.load(web, { clients: 8, pause: 20 });
      await reached(load, 100);
      await running.pod(frozen.name).freeze();
      await reached(load, load.outcomes.length + 500);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      const slowest = Math.max(...outcomes.map(({ milliseconds }) => milliseconds));
      // Some were caught, and none waited for a second silence.
      expect(slowest).toBeGreaterThan(1_500);
      expect(slowest).toBeLessThan(2_000 * 2);
      await running.pod(frozen.name).thaw();
    }, 120_000);

    test('loses neither a GET nor a POST in a rolling restart under load', async () => {
      const [running, web] = await start(2);
      const load = running.load(web, { clients: 8, pause: 20, requests: [{}, { method: 'POST', body: 'text' }] });
      await reached(load, 100);
      const before = await replacePods(running, 'web-backend');
      await reached(load, load.outcomes.length + 500);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      expect(outcomes.slice(-100).filter(({ body }) => before.includes(body))).toEqual([]);
    }, 90_000);

    test('does not repeat a POST whose replica ends over it', async () => {
      const [running, web] = await start(2, {}, { freshDns: true });
      await running.routersKnowPods();
      const [{ name }] = running.pods('web-backend');
      const post = () => running.fetch(web, `/exit/${name}`, { method: 'POST', body: 'text' });
      // The other replica answers what it gets: a POST that was sent to it once more would be a 200.
      const statuses: number[] = [];
      do statuses.push((await post()).status); while (statuses.at(-1) === 200 && statuses.length < 20);
      expect(statuses.at(-1)).toBe(502);
    }, 90_000);
  });
}
