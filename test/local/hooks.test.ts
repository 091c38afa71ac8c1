import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const ask = async (cluster: LocalCluster, path: string, target = 'web') => (await cluster.fetch(target, path)).text();
const log = {
  volumes: [{ name: 'log', persistentVolumeClaim: { claimName: 'log' } }],
  volumeMounts: [{ name: 'log', mountPath: '/log' }],
  env: [{ name: 'LOG', value: '/log' }],
};
/** Shows what the pods of `web` have written. */
const reader = [program, service('reader'), server('reader', log)];
const lines = async (cluster: LocalCluster) => (await ask(
  cluster, `/file?path=${await ask(cluster, '/env/LOG', 'reader')}/lines`, 'reader',
)).trim().split(
  '\n',
);
const writing = (text: string) => ({ exec: { command: ['sh', '-c', `echo ${text} >> "$LOG/lines"`] } });
const web = (container: object, grace = 30, options: object = {}) => {
  const deployment = server('web', { ...log, ...options, container });
  deployment.spec.template.spec.terminationGracePeriodSeconds = grace;
  return deployment;
};
const podOf = (cluster: LocalCluster) => cluster.pod(cluster.pods('web')[0].name);
/** A server that writes down each request's path, and that it was told to end, so many milliseconds later. */
const WRITER = (after = 0) => `
  const write = (text) => require('fs').appendFileSync(process.env.LOG + '/lines', text + '\\n');
  require('http').createServer((q, s) => { write(q.url); s.end(); }).listen(8080);
  process.on('SIGTERM', () => setTimeout(() => { write('ended'); process.exit(); }, ${after}));
`;
const writer = (container: object = {}, after = 0) => ({
  args: ['node', '-e', WRITER(after)],
  readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
  ...container,
});

test.each<[string, object, string[]]>([
  ['a command', writing('goodbye'), ['goodbye', 'ended']],
  ['a request', { httpGet: { path: '/quit', port: 'http' } }, ['/quit', 'ended']],
])('preStop may be %s, and the stop signal comes after it', async (_, preStop, expected) => {
  await using cluster = await LocalCluster.start([...reader, web(writer({ lifecycle: { preStop } }))]);
  await podOf(cluster).delete();
  expect(await lines(cluster)).toEqual(expected);
});

test('a preStop that fails or takes longer than the grace period is followed by the stop signal all the same', async () => {
  for (const [command, grace] of [['exit 3', 30], ['sleep 100', 1]] as const) {
    const preStop = { exec: { command: ['sh', '-c', command] } };
    await using cluster = await LocalCluster.start([...reader, web(writer({ lifecycle: { preStop } }), grace)]);
    await podOf(cluster).delete();
    expect(await lines(cluster)).toEqual(['ended']);
  }
});

test.each(
  [['hours', 7200], ['more days than a timer can count', 3_000_000]],
)('a grace period of %s is waited for as long as it is needed', async (_, grace) => {
  await using cluster = await LocalCluster.start([...reader, web(writer({}, 700), grace)]);
  await podOf(cluster).delete();
  expect(await lines(cluster)).toEqual(['ended']);
});

test('with the strategy Recreate new pods start when the old ones have ended, however slowly', async () => {
  const slow = (version: string) => web(
    {
      ...writer({}, 500),
      env: [...log.env, { name: 'VERSION', value: version }],
      lifecycle: { postStart: writing(version) },
    }, 7200, { spec: { strategy: { type: 'Recreate' } } },
  );
  await using cluster = await LocalCluster.start([...reader, slow('one')]);
  await cluster.apply(slow('two'));
  expect(await lines(cluster)).toEqual(['one', 'ended', 'two']);
});

test('postStart runs before the first probe, for as long as it takes; one that fails restarts the container', async () => {
  const once = {
    exec: {
      command: [
        'sh',
        '-c',
        'echo started >> "$LOG/lines"; test "$(wc -l < "$LOG/lines")" -gt 1',
      ],
    },
  };
  const probed = { exec: { command: ['sh', '-c', 'echo probed >> "$LOG/lines"'] } };
  await using cluster = await LocalCluster.start(
    [...reader, web(writer({ lifecycle: { postStart: once }, readinessProbe: probed }))],
  );
  expect((await lines(cluster)).slice(0, 3)).toEqual(['started', 'started', 'probed']);
  expect(podOf(cluster).status.restarts).toBe(1);
});

test('a pod is ended while its postStart still runs', async () => {
  const postStart = { sleep: { seconds: 1000 } };
  await using cluster = await LocalCluster.start(
    [...reader, web(writer({ lifecycle: { postStart } }))], { hold: ['web'] },
  );
  const started = new Promise<void>(
    (resolve) => cluster.on('event', ({ type, group }) => type === 'started' && group === 'web' && resolve()),
  );
  void cluster.release('web').catch(() => {});
  await started;
  const { name, status } = podOf(cluster);
  expect(status.ready).toBe(false);
  await cluster.pod(name).delete();
  expect(cluster.pods('web').map((pod) => pod.name)).not.toContain(name);
});
