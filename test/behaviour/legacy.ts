import { ApiObject, Chart, Duration, JsonPatch, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Cluster, clusterPerTest, describeOn, Engine, StartOptions, testNeeding } from './engine';
import { killInTurn } from './kills';
import { failures, reached } from './load';
import { replacePods } from './rollouts';
import { Backend, Spread } from 'cdk8s-metaparticle';

/** A Deployment of cdk8s-plus that says which of its pods answers. Told to end, it goes on for five seconds. */
function orders(chart: Chart): kplus.Deployment {
  const deployment = new kplus.Deployment(chart, 'Orders', {
    metadata: { name: 'orders' },
    // By which the engines know pods.
    podMetadata: { labels: { 'app.kubernetes.io/instance': 'orders' } },
    replicas: 2,
    strategy: kplus.DeploymentStrategy.rollingUpdate({ maxUnavailable: kplus.PercentOrAbsolute.absolute(0) }),
    containers: [{
      image: 'node:24-alpine',
      // Not as cdk8s-plus would have it: always, and a whole core.
      imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
      resources: { cpu: { request: kplus.Cpu.millis(50) }, memory: { limit: Size.mebibytes(128) } },
      command: ['node', '-e', `
        const { HOSTNAME, LISTEN_ADDRESS } = process.env;
        const server = require('node:http').createServer((request, response) => {
          if (!server.listening) response.setHeader('connection', 'close');
          setTimeout(() => response.end(HOSTNAME), 20);
        });
        server.listen(8080, LISTEN_ADDRESS);
        process.on('SIGTERM', () => server.close());
      `],
      ports: [{ name: 'http', number: 8080 }, { name: 'metrics', number: 9090 }],
      readiness: kplus.Probe.fromHttpGet('/', { port: 8080, periodSeconds: Duration.seconds(1) }),
      lifecycle: { preStop: kplus.Handler.fromCommand(['sleep', '5']) },
      securityContext: { user: 10001, group: 10001 },
    }],
  });
  ApiObject.of(deployment).addJsonPatch(
    JsonPatch.add('/spec/template/spec/securityContext/seccompProfile', { type: 'RuntimeDefault' }),
    JsonPatch.add('/spec/template/spec/containers/0/securityContext/capabilities', { drop: ['ALL'] }),
  );
  return deployment;
}

/** What a router promises in front of pods that were there before it. */
export function legacyBehaviour(engine: Engine): void {
  describeOn(engine, 'A Spread over an existing Deployment', () => {
    const startChart = clusterPerTest(engine);
    const start = async (options?: StartOptions): Promise<[Cluster, Spread]> => {
      const chart = new Chart(Testing.app(), 'test');
      const web = new Spread(chart, 'Web', { backend: Backend.fromDeployment(orders(chart), { port: 'http' }) });
      return [await startChart(chart, options), web];
    };

    test('spreads requests evenly over its pods, once the router has heard of them', async () => {
      const [running, web] = await start({ freshDns: true });
      await running.routersKnowPods();
      const outcomes = await running.load(web, { clients: 8, count: 1000 }).done();
      expect(failures(outcomes)).toEqual([]);
      const pods = running.pods('orders').map(({ name }) => outcomes.filter(({ body }) => body === name).length);
      expect(pods.length).toBe(2);
      expect(Math.max(...pods) / Math.min(...pods)).toBeLessThanOrEqual(1.15);
    }, 90_000);

    testNeeding('signals', engine, 'loses no GET when each pod is killed in turn under load', async () => {
      const [running, web] = await start();
      const load = running.load(web, { clients: 32, pause: 5 });
      await killInTurn(running, 'orders', load);
      expect(failures(await load.stop())).toEqual([]);
    }, 90_000);

    test('loses no GET in a rolling restart of the Deployment under load', async () => {
      const [running, web] = await start();
      const load = running.load(web, { clients: 8, pause: 20 });
      await reached(load, 100);
      const before = await replacePods(running, 'orders');
      await reached(load, load.outcomes.length + 500);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      const answered = new Set(outcomes.slice(-100).map(({ body }) => body));
      expect([...answered].filter((name) => before.includes(name))).toEqual([]);
    }, 90_000);
  });
}
