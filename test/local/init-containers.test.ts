import { Duration } from 'cdk8s';
import { program, server, service } from './manifests';
import { ClusterEvent, LocalCluster } from '../../src/local/testing';

const ask = async (cluster: LocalCluster, path: string, target = 'web') => (await cluster.fetch(target, path)).text();
const claim = { name: 'log', persistentVolumeClaim: { claimName: 'log' } };
const mount = { name: 'log', mountPath: '/log' };
/** A container of the log's pods: a Node program, in which `log` adds a line. */
const node = (name: string, code: string, rest: object = {}) => ({
  name,
  image: 'node:24-alpine',
  args: [
    'node',
    '-e',
    `const fs = require('fs'), lines = process.env.LOG + '/lines', log = (text) => fs.appendFileSync(lines, text + '\\n'); ${code}`,
  ],
  env: [{ name: 'LOG', value: '/log' }],
  volumeMounts: [mount],
  ...rest,
});
/** Shows the log. */
const reader = [
  program,
  service('reader'),
  server('reader', { volumes: [claim], volumeMounts: [mount], env: [{ name: 'LOG', value: '/log' }] }),
];
const lines = async (cluster: LocalCluster) => (await ask(
  cluster, `/file?path=${await ask(cluster, '/env/LOG', 'reader')}/lines`, 'reader',
)).trim().split(
  '\n',
);
const logging = (initContainers: object[], containers: object[], pod: object = {}) => server(
  'web', { volumes: [claim], pod: { initContainers, containers, ...pod, volumes: [claim] } },
);
let port = 7000;
/** One that goes on, and is ready when it has run its code. */
const lasting = (name: string, code: string, rest: object = {}) => {
  port++;
  return node(
    name, `${code}; require('net').createServer().listen(${port})`, {
      readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
      ...rest,
    },
  );
};

test('an init container that fails runs again after a pause, and until it has ended well nothing else runs; why is seen', async () => {
  const notes: string[] = [];
  const flaky = node(
    'flaky', "log('flaky'); const n = fs.readFileSync(lines, 'utf8').trim().split('\\n').length; console.log('no table', n); process.exit(n > 2 ? 0 : 3)",
  );
  const seen: ClusterEvent[] = [];
  await using cluster = await LocalCluster.start([
    ...reader,
    logging([flaky, node('second', "log('second')")], [lasting('main', "log('main')")]),
  ], {
    restartBackOff: Duration.millis(300),
    onEvent: (event) => {
      if (event.group === 'web') seen.push(event);
    },
    waitForReady: false,
  });
  cluster.on('event', ({ type, group, message }) => {
    const [pod] = cluster.pods().filter((each) => each.group === 'web');
    if (type === 'restarting' && group === 'web') {
      notes.push(`${message}|${pod.phase}|${pod.trouble}|${pod.restarts}|${cluster.pod(pod.name).logs(1)}`);
    }
  });
  await cluster.apply([]);
  expect(notes).toEqual([
    'init container flaky ended with exit code 3; restarting now|Pending|init container flaky ended with exit code 3|0|flaky: no table 1',
    'init container flaky ended with exit code 3; restarting in 0.3 s|Pending|init container flaky ended with exit code 3|1|flaky: no table 2',
  ]);
  const starts = seen.filter(({ type }) => type === 'started').map(({ time }) => time.getTime());
  expect(starts[2] - starts[1]).toBeGreaterThanOrEqual(300);
  expect(await lines(cluster)).toEqual(['flaky', 'flaky', 'flaky', 'second', 'main']);
  expect(cluster.pods().find(({ group }) => group === 'web')).toMatchObject({ ready: true, restarts: 0 });
});

describe('a sidecar', () => {
  const sidecar = (code: string, rest: object = {}) => node('side', code, { restartPolicy: 'Always', ...rest });
  const forever = 'setInterval(() => {}, 1000);';

  test('holds back what comes after it until its startup probe succeeds', async () => {
    const slow = sidecar(`setTimeout(() => { log('side is up'); require('http').createServer((q, s) => s.end()).listen(7777); }, 600); ${forever}`, {
      ports: [{ name: 'side', containerPort: 7777 }],
      startupProbe: {
        tcpSocket: { port: 'side' },
        periodSeconds: 1,
        failureThreshold: 30,
      },
    });
    await using cluster = await LocalCluster.start(
      [...reader, logging([slow, node('setup', "log('setup')")], [lasting('main', "log('main')")])],
    );
    expect(await lines(cluster)).toEqual(['side is up', 'setup', 'main']);
  });

  test('that never starts is named by the error of the start', async () => {
    const broken = sidecar(
      `console.log('no cache'); ${forever}`, {
        startupProbe: {
          tcpSocket: { port: 7777 },
          periodSeconds: 1,
          failureThreshold: 30,
        },
      },
    );
    await expect(
      LocalCluster.start([...reader, logging([broken], [lasting('main', '')])], { startTimeout: Duration.seconds(1) }),
    )
      .rejects.toThrow(/pod web-\S+: sidecar side has not started: startup probe: connecting to 127\.\S+:7777 failed: ECONNREFUSED\n {4}\| side: no cache/);
  });

  test('is restarted when it ends, while the containers go on', async () => {
    const ending = sidecar(
      "log('side'); require('http').createServer((q, s) => process.exit()).listen(7777)", {
        startupProbe: {
          tcpSocket: { port: 7777 },
          periodSeconds: 1,
        },
      },
    );
    const main = lasting('main', "log('main')");
    await using cluster = await LocalCluster.start(
      [...reader, logging([ending], [main])], { restartBackOff: Duration.seconds(30) },
    );
    const pod = cluster.pod(cluster.pods().find(({ group }) => group === 'web')!.name);
    await fetch(`http://${pod.ip}:7777/`).catch(() => {});
    await pod.notReady();
    await pod.ready();
    expect([pod.status.restarts, await lines(cluster)]).toEqual([1, ['side', 'main', 'side']]);
  });

  test('is ended after the containers, and after the sidecars that started later', async () => {
    const stops = (name: string, after: number) => `process.on('SIGTERM', () => setTimeout(() => { log('${name}'); process.exit(); }, ${after}))`;
    const first = lasting('first', stops('first', 0), { restartPolicy: 'Always' });
    const second = lasting(
      'second', stops('second', 0), {
        restartPolicy: 'Always',
        lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo second is told >> "$0"', '/log/lines'] } } },
      },
    );
    await using cluster = await LocalCluster.start(
      [
        ...reader,
        logging([first, second], [lasting('main', stops('main', 500)), lasting('other', stops('other', 250))]),
      ],
    );
    const web = cluster.pods().find(({ group }) => group === 'web')!;
    await cluster.pod(web.name).delete();
    expect(await lines(cluster)).toEqual(['second is told', 'other', 'main', 'second', 'first']);
  });

  test('of a container that does not end in time still gets its stop signal', async () => {
    const stubborn = lasting('main', "process.on('SIGTERM', () => {})");
    const side = lasting(
      'side', "process.on('SIGTERM', () => { log('side'); process.exit(); })", { restartPolicy: 'Always' },
    );
    await using cluster = await LocalCluster.start(
      [...reader, logging([side], [stubborn], { terminationGracePeriodSeconds: 1 })],
    );
    const web = cluster.pods().find(({ group }) => group === 'web')!;
    await cluster.pod(web.name).delete();
    expect(await lines(cluster)).toEqual(['side']);
  });
});

test('containers start one after the other, each after the postStart hook of the one before', async () => {
  const lifecycle = {
    postStart: {
      exec: {
        command: [
          'sh',
          '-c',
          'sleep 0.3; echo greeted >> "$0"',
          '/log/lines',
        ],
      },
    },
  };
  await using cluster = await LocalCluster.start(
    [...reader, logging([], [lasting('main', '', { lifecycle }), lasting('other', "log('other')")])],
  );
  expect(await lines(cluster)).toEqual(['greeted', 'other']);
});

test('a pod that is deleted while an init container runs goes at once, and what that has started with it', async () => {
  await using cluster = await LocalCluster.start(
    [
      ...reader,
      logging([node('stuck', 'setInterval(() => {}, 1000)')], [lasting('main', '')]),
    ], { waitForReady: false, hold: ['web'] },
  );
  await cluster.apply([]);
  const logged = (count: number) => new Promise<void>((resolve) => {
    let seen = 0;
    cluster.on('event', ({ type, group }) => {
      if (type === 'started' && group === 'web' && ++seen === count) {
        resolve();
      }
    });
  });
  const second = logged(2);
  const first = logged(1);
  void cluster.release('web').catch(() => {});
  await first;
  const [{ name }] = cluster.pods('web');
  await cluster.pod(name).delete();
  expect(cluster.pods('web').map((pod) => pod.name)).not.toContain(name);
  await second;
});
