import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'cdk8s';
import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const ask = async (cluster: LocalCluster, path: string, name = 'web') => (await cluster.fetch(name, path)).text();

describe('inside a pod', () => {
  const settings = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { a: 'one', b: 'two' },
  };
  const keys = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { token: 's3cret' } };
  let cluster: LocalCluster;

  beforeAll(async () => {
    process.env.SECRET_OF_THE_DEVELOPER = 'x';
    cluster = await LocalCluster.start([program, settings, keys, service('web'), server('web', {
      env: [
        { name: 'LISTEN_ADDRESS', value: '0.0.0.0' },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'FILES', value: '/etc/settings:/etc/settings/a' },
        {
          name: 'NODE_OPTIONS',
          value: '--permission --allow-fs-read=/opt/program --allow-fs-read=/etc/settings --allow-fs-read=/etc/one --allow-fs-read=/etc/all --allow-fs-read=/run/state --allow-fs-write=/run/state',
        },
      ],
      container: { args: ['node', '/opt/program/server.cjs', '--config=/etc/settings/a', '$(POD)'] },
      volumes: [
        { name: 'settings', configMap: { name: 'settings' } },
        { name: 'one', configMap: { name: 'settings', items: [{ key: 'b', path: 'deep/b.txt' }] } },
        {
          name: 'all',
          projected: {
            sources: [
              { secret: { name: 'keys' } },
              { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
            ],
          },
        },
      ],
      volumeMounts: [
        { name: 'settings', mountPath: '/etc/settings' }, {
          name: 'one',
          mountPath: '/etc/one',
          subPath: 'deep',
        }, { name: 'all', mountPath: '/etc/all' },
      ],
    })]);
  });
  afterAll(async () => cluster.stop());

  test('fields of the pod are in the environment, and the listen address is its own', async () => {
    const [pod] = cluster.pods();
    expect(await ask(cluster, '/env/POD')).toBe(pod.name);
    expect(await ask(cluster, '/env/HOSTNAME')).toBe(pod.name);
    expect(await ask(cluster, '/env/IP')).toBe(pod.ip);
    expect(await ask(cluster, '/env/LISTEN_ADDRESS')).toBe(pod.ip);
    expect(await ask(cluster, '/env/WEB_SERVICE_HOST')).toBe(cluster.address('web').host);
  });

  test('the environment of the developer stays outside', async () => {
    expect(await ask(cluster, '/env/SECRET_OF_THE_DEVELOPER')).toBe('-');
  });

  test('mount paths in arguments and environment point to the files', async () => {
    const [config, name] = JSON.parse(await ask(cluster, '/args'));
    expect(config).toMatch(/^--config=\/.*\/volumes\/settings\/a$/);
    expect(name).toBe(cluster.pods()[0].name);
    const [folder, file] = (await ask(cluster, '/env/FILES')).split(':');
    expect(await ask(cluster, `/file?path=${file}`)).toBe('one');
    expect(await ask(cluster, `/file?path=${folder}/b`)).toBe('two');
  });

  test('the permission model holds: a file outside of the allowed folders cannot be read', async () => {
    expect(await ask(cluster, '/file?path=/etc/passwd')).toContain('Access to this API has been restricted');
  });

  test('a changed ConfigMap changes the files of running pods', async () => {
    const [, file] = (await ask(cluster, '/env/FILES')).split(':');
    await cluster.apply({ ...settings, data: { a: 'changed', b: 'two' } });
    expect(await ask(cluster, `/file?path=${file}`)).toBe('changed');
    expect(cluster.pods()[0].restarts).toBe(0);
  });
});

test('programs call other Services by their cluster names, short and long', async () => {
  const api = server('api', { env: [{ name: 'STATE', value: '/run/state' }] });
  await using cluster = await LocalCluster.start([program, server('web'), service('web'), api, service('api')]);
  const [pod] = cluster.pods('api');
  for (const name of ['api', 'api.default', 'api.default.svc', 'api.default.svc.cluster.local']) {
    expect(await ask(cluster, `/get?url=http://${name}:8080/`)).toBe(pod.name);
  }
  expect(await ask(cluster, '/get?url=http://nobody:8080/')).toContain('ENOTFOUND');
});

test('a program that asks DNS itself asks that of the cluster, which knows full names alone', async () => {
  const answer = "new (require('dns').promises.Resolver)().resolve4(q.url.slice(1)).then(([a]) => s.end(a), (e) => s.end(e.code))";
  const code = `require('http').createServer((q, s) => ${answer}).listen(8080)`;
  await using cluster = await LocalCluster.start(
    [
      program,
      service('web'),
      server('web', { container: { args: ['node', '-e', code], readinessProbe: { tcpSocket: { port: 8080 } } } }),
    ],
  );
  expect(await ask(cluster, '/web.default.svc.cluster.local')).toBe(cluster.address('web').host);
  expect(await ask(cluster, '/web.default')).toBe('ENOTFOUND');
});

test('localhost is the pod: its other containers answer there, and what listens on localhost alone is out of reach from outside', async () => {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const listening = (name: string, at: number, host: string) => ({
    name,
    image: 'node:24-alpine',
    args: ['node', '-e', `require('http').createServer((q, s) => s.end('${name}')).listen(${at}, ${host})`],
    readinessProbe: {
      exec: {
        command: [
          'node',
          '-e',
          `fetch('http://localhost:${at}').catch(() => process.exit(1))`,
        ],
      },
    },
  });
  const pod = server('web');
  pod.spec.template.spec.containers.push(
    listening('open', port, 'undefined'), listening('shut', port + 1, "'localhost'"),
  );
  await using cluster = await LocalCluster.start([program, service('web'), pod]);
  expect(await ask(cluster, `/get?url=http://localhost:${port}/`)).toBe('open');
  expect(await ask(cluster, `/get?url=http://localhost:${port + 1}/`)).toBe('shut');
  const [{ ip }] = cluster.pods();
  expect(await (await fetch(`http://${ip}:${port}/`)).text()).toBe('open');
  await expect(fetch(`http://${ip}:${port + 1}/`)).rejects.toThrow('fetch failed');
});

test('a Node program that listens everywhere listens on the address of its pod', async () => {
  const code = "require('http').createServer((q, s) => s.end(process.env.HOSTNAME)).listen(8080)";
  const container = { args: ['node', '-e', code], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } };
  await using cluster = await LocalCluster.start([program, server('web', { replicas: 2, container }), service('web')]);
  const response = await cluster.fetch('web', '/');
  expect(cluster.servedBy(response)?.name).toBe(await response.text());
});

test.each([
  ['a list', "['set-cookie', 'a=1', 'set-cookie', 'b=2']"],
  ['a list of pairs', "[['set-cookie', 'a=1'], ['set-cookie', 'b=2']]"],
  ['an object', "{ 'set-cookie': ['a=1', 'b=2'] }"],
])('the headers that a Node program writes as %s all arrive, and its pod is told as well', async (_, headers) => {
  const code = `require('http').createServer((q, s) => s.writeHead(200, ${headers}).end()).listen(8080)`;
  const container = { args: ['node', '-e', code], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } };
  await using cluster = await LocalCluster.start([program, server('web', { container }), service('web')]);
  const response = await cluster.fetch('web', '/');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(cluster.servedBy(response)?.name).toBe(cluster.pods()[0].name);
});

test('another image runs as the command that is named for it', async () => {
  const script = "require('http').createServer((q, s) => s.end(process.argv.slice(1).join())).listen(process.env.PORT, process.env.LISTEN_ADDRESS)";
  const container = {
    image: 'ghcr.io/acme/users:1.4.2',
    args: ['--deep', '/opt/program'],
    readinessProbe: { tcpSocket: { port: 'http' } },
  };
  for (const command of [['node', '-e', script, '--'], `exec node -e "${script}" -- "$@"`]) {
    await using cluster = await LocalCluster.start(
      [program, server('web', { container }), service('web')], { commands: { 'ghcr.io/acme/users': command } },
    );
    expect(await ask(cluster, '/')).toMatch(/^--deep,\/.*\/volumes\/program$/);
  }
});

test('init containers run one after the other before the rest, and share its volumes', async () => {
  const shell = (text: string) => ({
    name: text.replace(/\W/g, '').toLowerCase(),
    image: 'node:24-alpine',
    command: ['sh', '-c', text],
    volumeMounts: [{ name: 'state', mountPath: '/run/state' }],
  });
  const write = (value: string) => ({
    ...shell(`echo ${value} >> "$STATE/steps"`),
    env: [{ name: 'STATE', value: '/run/state' }],
  });
  await using cluster = await LocalCluster.start(
    [program, service('web'), server('web', { pod: { initContainers: [write('one'), write('two')] } })],
  );
  expect(await ask(cluster, `/file?path=${await ask(cluster, '/env/STATE')}/steps`)).toBe('one\ntwo\n');
});

test('a sidecar starts before the other init containers and goes on beside the containers', async () => {
  const sidecar = {
    name: 'cache',
    image: 'node:24-alpine',
    restartPolicy: 'Always',
    args: ['node', '-e', "require('http').createServer((q, s) => s.end('cached')).listen(7777)"],
    ports: [{ name: 'cache', containerPort: 7777 }],
    startupProbe: { tcpSocket: { port: 'cache' }, periodSeconds: 1 },
  };
  const ask7777 = "fetch('http://' + process.env.LISTEN_ADDRESS + ':7777').then((r) => r.text()).then((t) => require('fs').writeFileSync(process.env.STATE + '/seen', t))";
  const after = {
    name: 'after',
    image: 'node:24-alpine',
    args: ['node', '-e', ask7777],
    env: [{ name: 'STATE', value: '/run/state' }],
    volumeMounts: [{ name: 'state', mountPath: '/run/state' }],
  };
  await using cluster = await LocalCluster.start(
    [program, service('web'), server('web', { pod: { initContainers: [sidecar, after] } })],
  );
  expect(await ask(cluster, `/file?path=${await ask(cluster, '/env/STATE')}/seen`)).toBe('cached');
  expect(await (await fetch(`http://${cluster.pods()[0].ip}:7777/`)).text()).toBe('cached');
});

test('a pod of two containers is ready when both are, and a killed one comes back', async () => {
  const second = {
    name: 'second',
    image: 'node:24-alpine',
    args: ['node', '-e', "require('http').createServer((q, s) => s.end('second')).listen(9999)"],
    ports: [{ name: 'second', containerPort: 9999 }],
    readinessProbe: { tcpSocket: { port: 'second' }, periodSeconds: 1 },
  };
  const pair = server('web');
  pair.spec.template.spec.containers.push(second);
  await using cluster = await LocalCluster.start(
    [program, service('web'), service('other', 'web', { ports: [{ port: 8080, targetPort: 'second' }] }), pair],
  );
  expect(await ask(cluster, '/', 'other')).toBe('second');
  const [{ name, ip }] = cluster.pods();
  const pod = cluster.pod(name);
  await pod.kill();
  expect(pod.status).toMatchObject({ ready: false });
  await pod.ready();
  expect(pod.status).toMatchObject({ ready: true, restarts: 2, ip });
  expect(await ask(cluster, '/')).toBe(name);
});

test('a container that ends is restarted, the first time at once, then after a pause', async () => {
  const times: number[] = [];
  await using cluster = await LocalCluster.start([program, service('web'), server('web')], {
    restartBackOff: Duration.millis(400),
    onEvent: ({ type, time }) => type === 'started' && times.push(time.getTime()),
  });
  const pod = cluster.pod(cluster.pods()[0].name);
  for (let i = 0; i < 2; i++) {
    await cluster.fetch('web', '/crash').catch(() => {});
    await pod.notReady();
    await pod.ready();
  }
  expect(pod.status.restarts).toBe(2);
  expect(times.length).toBe(3);
  expect(times[2] - times[1]).toBeGreaterThanOrEqual(400);
});

test('what a container leaves running when its first process ends is killed before it starts again', async () => {
  const container = { command: ['sh', '-c', 'node /opt/program/server.cjs & wait'], args: undefined };
  await using cluster = await LocalCluster.start([program, service('web'), server('web', { container })]);
  const pod = cluster.pod(cluster.pods()[0].name);
  const left = await ask(cluster, '/pid');
  await pod.kill('SIGTERM'); // to the shell alone
  await pod.notReady();
  await pod.ready();
  expect(pod.status.restarts).toBe(1);
  expect(await ask(cluster, '/pid')).not.toBe(left);
});

test.each([
  ['in a session of its own', 'setsid sleep 1000'],
  ['with another environment', 'env -i PATH="$PATH" setsid sleep 1000'],
  ['in another folder', 'cd / && setsid sleep 1000'],
])('what a container starts %s ends with it', async (_, command) => {
  const container = {
    command: ['sh', '-c', `(${command} & echo $! > "$STATE/daemon") & node /opt/program/server.cjs`],
    args: undefined,
  };
  await using cluster = await LocalCluster.start([program, service('web'), server('web', { container })]);
  const pod = cluster.pod(cluster.pods()[0].name);
  const daemon = async () => Number(await ask(cluster, `/file?path=${await ask(cluster, '/env/STATE')}/daemon`));
  const isRunning = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[2] === 'S';
  const first = await daemon();
  expect(isRunning(first)).toBe(true);
  await pod.kill();
  expect(existsSync(`/proc/${first}`) && isRunning(first)).toBe(false);
  await pod.ready();
  const second = await daemon();
  expect([isRunning(second), second === first]).toEqual([true, false]);
  await cluster.stop();
  expect(existsSync(`/proc/${second}`) && isRunning(second)).toBe(false);
});

test('a log that grows by a gigabyte a second is emptied again and again', async () => {
  const container = {
    command: ['sh', '-c', 'exec yes 0123456789012345678901234567890123456789'],
    args: undefined,
    readinessProbe: undefined,
  };
  await using cluster = await LocalCluster.start([program, server('web', { container })]);
  const [{ name }] = cluster.pods();
  const log = join((cluster as any).engine.folder, 'pods', name, 'server.log');
  const sizes: number[] = [];
  let emptied = 0;
  while (emptied < 3) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    sizes.push(statSync(log).size);
    if (sizes.at(-1)! < (sizes.at(-2) ?? 0)) emptied++;
  }
  expect(Math.max(...sizes) / 1024 / 1024).toBeLessThan(600);
});

test('a program that is slow to start is looked at often, but has failed only as often as its probe period says', async () => {
  const code = "setTimeout(() => require('http').createServer((q, s) => s.end()).listen(8080), 400)";
  const container = {
    args: ['node', '-e', code],
    readinessProbe: undefined,
    startupProbe: { tcpSocket: { port: 'http' }, periodSeconds: 10, failureThreshold: 2 },
  };
  const start = performance.now();
  await using cluster = await LocalCluster.start([program, server('web', { container })]);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(cluster.pods()[0].restarts).toBe(0);
});

test('a frozen pod keeps its connections, answers nobody, is left alone once its probe fails, and goes on when thawed', async () => {
  await using cluster = await LocalCluster.start([program, service('web'), server('web', { replicas: 2 })]);
  const [frozen, other] = cluster.pods().map(({ name }) => cluster.pod(name));
  await frozen.freeze();
  await frozen.notReady();
  expect(frozen.status.trouble).toMatch(/readiness probe: GET .* did not answer within 1 s/);
  for (let i = 0; i < 3; i++) expect(await ask(cluster, '/')).toBe(other.name);
  await frozen.thaw();
  await frozen.ready();
  expect(frozen.status.restarts).toBe(0);
});

test('a slow pod takes about as long as it is told for each answer, and none when it is over', async () => {
  await using cluster = await LocalCluster.start([program, service('web'), server('web')]);
  const pod = cluster.pod(cluster.pods()[0].name);
  const took = async () => {
    const start = performance.now();
    await ask(cluster, '/');
    return performance.now() - start;
  };
  await took();
  await pod.slow(Duration.millis(300));
  const times = [await took(), await took(), await took()];
  expect(Math.max(...times)).toBeLessThan(700);
  expect(Math.min(...times)).toBeGreaterThan(200);
  await pod.slow(Duration.millis(0));
  expect(await took()).toBeLessThan(100);
});

test('a container whose liveness probe fails is restarted', async () => {
  const livenessProbe = { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1, failureThreshold: 2 };
  const told: string[] = [];
  const container = { readinessProbe: { tcpSocket: { port: 'http' } }, livenessProbe };
  await using cluster = await LocalCluster.start([program, service('web'), server('web', { container })], {
    onEvent: ({ type, message }) => type === 'unhealthy' && told.push(message),
  });
  const pod = cluster.pod(cluster.pods()[0].name);
  await ask(cluster, '/unready');
  await pod.notReady();
  expect(told).toEqual([expect.stringMatching(/^GET .*\/ready answered 503; container server is restarted$/)]);
  await pod.ready();
  expect(pod.status.restarts).toBe(1);
});

test('a probe may be a command, run in the environment of its container', async () => {
  const readinessProbe = {
    exec: { command: ['sh', '-c', 'test -e "$STATE/here" && test -d "$0"', '/opt/program'] },
    periodSeconds: 1,
  };
  const lifecycle = { postStart: { exec: { command: ['sh', '-c', 'touch "$STATE/here"'] } } };
  await using cluster = await LocalCluster.start(
    [program, service('web'), server('web', { container: { readinessProbe, lifecycle } })],
  );
  expect(cluster.pods()[0].ready).toBe(true);
});

test('a deleted pod leaves its Services at once, drains through preStop and is replaced; forced, it is killed', async () => {
  const container = { lifecycle: { preStop: { sleep: { seconds: 1 } } } };
  await using cluster = await LocalCluster.start([program, service('web'), server('web', { container })]);
  const pod = cluster.pod(cluster.pods()[0].name);
  const start = performance.now();
  const deleted = pod.delete();
  expect(cluster.services()[0].pods).toEqual([]);
  expect(await (await fetch(`http://${pod.ip}:8080/`)).text()).toBe(pod.name);
  await deleted;
  expect(performance.now() - start).toBeGreaterThanOrEqual(1000);
  const replacement = cluster.pod(cluster.pods()[0].name);
  expect(replacement.name).not.toBe(pod.name);
  await replacement.ready();
  const forced = performance.now();
  await replacement.delete({ force: true });
  expect(performance.now() - forced).toBeLessThan(900);
  await expect(replacement.ready()).rejects.toThrow(`pod ${replacement.name} is gone`);
});

test('a program that ignores its stop signal is killed when its grace period is over', async () => {
  const code = "process.on('SIGTERM', () => {}); require('http').createServer((q, s) => s.end()).listen(8080)";
  const container = { args: ['node', '-e', code], readinessProbe: { tcpSocket: { port: 8080 } } };
  await using cluster = await LocalCluster.start(
    [program, server('web', { container, pod: { terminationGracePeriodSeconds: 2 } })],
  );
  const start = performance.now();
  await cluster.pod(cluster.pods()[0].name).delete();
  expect(performance.now() - start).toBeGreaterThan(1900);
  expect(performance.now() - start).toBeLessThan(3500);
});

