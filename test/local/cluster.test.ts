import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { Duration } from 'cdk8s';
import { program, READY, server, service, yaml } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const headless = (name: string) => service(`${name}-headless`, name, { clusterIP: 'None' });
const fresh = { headers: { connection: 'close' } };

/** Asks as fast as four clients can, until it is stopped; answers how many requests succeeded and what went wrong. */
function load(cluster: LocalCluster): { stop(): Promise<{ answered: number; failures: string[] }> } {
  let running = true;
  let answered = 0;
  const failures: string[] = [];
  const client = async () => {
    while (running) {
      await cluster.fetch('web', '/', fresh).then((response) => response.text()).then(
        () => answered++, (error) => failures.push(error.message),
      );
    }
  };
  const clients = Array.from({ length: 4 }, client);
  return {
    stop: async () => {
      running = false;
      await Promise.all(clients);
      return { answered, failures };
    },
  };
}

test('a Deployment and its Service answer requests', async () => {
  await using cluster = await LocalCluster.start(yaml(program, server('web', { replicas: 2 }), service('web')));
  const response = await cluster.fetch('web', '/');
  expect(cluster.pods('web').map((pod) => pod.name)).toContain(await response.text());
  expect(cluster.pods().map(({ ready, group, phase, ports }) => ({ ready, group, phase, ports }))).toEqual([
    {
      ready: true,
      group: 'web',
      phase: 'Running',
      ports: [8080],
    }, { ready: true, group: 'web', phase: 'Running', ports: [8080] },
  ]);
  expect(cluster.pods()[0].name).toMatch(/^web-[a-z0-9]{9}-[a-z0-9]{5}$/);
});

test('who served is known through a Service and without one', async () => {
  await using cluster = await LocalCluster.start(
    [program, server('web', { replicas: 2 }), service('web'), headless('web')],
  );
  for (const target of ['web', 'web-headless', { service: { name: 'web' } }]) {
    const response = await cluster.fetch(target, '/');
    expect(cluster.servedBy(response)?.name).toBe(await response.text());
  }
  expect(cluster.servedBy(new Response())).toBeUndefined();
});

test('clusters run side by side, each with addresses of its own', async () => {
  const manifests = [program, server('web'), service('web')];
  const clusters = await Promise.all([1, 2, 3].map(() => LocalCluster.start(manifests)));
  expect(new Set(clusters.map((cluster) => cluster.address('web').host)).size).toBe(3);
  for (const cluster of clusters) expect(await (await cluster.fetch('web', '/')).text()).toBe(cluster.pods()[0].name);
  await Promise.all(clusters.map((cluster) => cluster.stop()));
});

test('a stopped cluster leaves no process, no folder and no port behind', async () => {
  const cluster = await LocalCluster.start([program, server('web', { replicas: 2 }), service('web')]);
  const { host, port } = cluster.address('web');
  const path = await (await cluster.fetch('web', '/env/STATE')).text();
  expect(existsSync(path)).toBe(true);
  await cluster.stop();
  await cluster.stop();
  const folder = path.slice(0, path.indexOf('/pods/'));
  expect(folder.startsWith(tmpdir())).toBe(true);
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(folder))).toEqual([]);
  await expect(fetch(`http://${host}:${port}/`)).rejects.toThrow('fetch failed');
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

describe('a rolling restart', () => {
  test.each([[1], [2]])('of %d replicas under load loses no request', async (replicas) => {
    const container = { lifecycle: { preStop: { sleep: { seconds: 1 } } } };
    await using cluster = await LocalCluster.start(
      [
        program,
        service('web'),
        server('web', { replicas, container, spec: { strategy: { rollingUpdate: { maxUnavailable: 0 } } } }),
      ],
    );
    const before = cluster.pods().map(({ name }) => name);
    const clients = load(cluster);
    await cluster.rollout('web');
    // those of the old ones that have not gone by themselves yet
    await Promise.all(
      cluster.pods().filter(({ name }) => before.includes(name)).map(({ name }) => cluster.pod(name).delete()),
    );
    const { answered, failures } = await clients.stop();
    expect(failures).toEqual([]);
    expect(answered).toBeGreaterThan(100);
    const after = cluster.pods().map(({ name, ready }) => [ready, before.includes(name)]);
    expect(after).toEqual(Array(replicas).fill([true, false]));
  });

  test('never has fewer available pods than maxUnavailable says, nor more pods than maxSurge says', async () => {
    const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: '25%' } };
    await using cluster = await LocalCluster.start([program, server('web', { replicas: 4, spec: { strategy } })]);
    const counts: { living: number; ready: number }[] = [];
    cluster.on('event', () => {
      const pods = cluster.pods().filter(({ phase }) => phase !== 'Terminating' && phase !== 'Gone');
      counts.push({ living: pods.length, ready: pods.filter(({ ready }) => ready).length });
    });
    await cluster.rollout('web');
    expect(Math.min(...counts.map(({ ready }) => ready))).toBe(3);
    expect(Math.max(...counts.map(({ living }) => living))).toBe(5);
  });

  test('stops at a new pod that does not become ready, says why, and leaves the old ones serving', async () => {
    await using cluster = await LocalCluster.start(
      [program, service('web'), server('web', { replicas: 2 })], { startTimeout: Duration.seconds(2) },
    );
    const broken = server(
      'web', {
        replicas: 2,
        container: { args: ['node', '-e', "console.log('no luck'); setInterval(() => {}, 1000)"] },
      },
    );
    await expect(cluster.apply([broken])).rejects.toThrow(
      /^gave up after 2 s[^]*pod web-.*: readiness probe: GET .* failed: ECONNREFUSED\n {4}\| no luck$/,
    );
    expect(cluster.pods('web').filter(({ ready }) => ready).length).toBe(2);
    expect((await cluster.fetch('web', '/')).status).toBe(200);
  });

  test('waits until a pod has been ready for minReadySeconds', async () => {
    await using cluster = await LocalCluster.start([program, server('web', { spec: { minReadySeconds: 1 } })]);
    const start = performance.now();
    await cluster.rollout('web');
    expect(performance.now() - start).toBeGreaterThan(1000);
  });

  test('with the strategy Recreate ends all old pods before it starts new ones', async () => {
    await using cluster = await LocalCluster.start(
      [program, server('web', { replicas: 2, spec: { strategy: { type: 'Recreate' } } })],
    );
    const types: string[] = [];
    cluster.on('event', ({ type }) => types.push(type));
    await cluster.rollout('web');
    expect(types.lastIndexOf('gone')).toBeLessThan(types.indexOf('created'));
    expect(cluster.pods('web').length).toBe(2);
  });

  test('of a pattern replaces every Deployment that carries its name, of a Service only those behind it', async () => {
    const labels = { 'app.kubernetes.io/name': 'shop' };
    const named = (object: any) => ({
      ...object,
      metadata: { ...object.metadata, labels: { ...object.metadata.labels, ...labels } },
    });
    const manifests = [
      program,
      named(server('web')),
      named(server('api')),
      server('other'),
      named(service('web')),
      service('other'),
    ];
    await using cluster = await LocalCluster.start(manifests);
    const groups = () => new Map(
      cluster.pods().filter(({ phase }) => phase === 'Running').map(({ group, name }) => [group, name]),
    );
    const first = groups();
    await cluster.rollout('web');
    const second = groups();
    expect(['web', 'api', 'other'].map((group) => first.get(group) === second.get(group))).toEqual(
      [false, true, true],
    );
    await cluster.rollout({ service: { name: 'web' } });
    const third = groups();
    expect(['web', 'api', 'other'].map((group) => second.get(group) === third.get(group))).toEqual(
      [false, false, true],
    );
    expect(cluster.pods({ service: { name: 'web' } }).map(({ group }) => group)).toEqual(
      expect.arrayContaining(['web', 'api']),
    );
  });
});

test('a Deployment is scaled up and down', async () => {
  await using cluster = await LocalCluster.start([program, server('web')]);
  await cluster.scale('web', 3);
  expect(cluster.pods('web').filter(({ ready }) => ready).length).toBe(3);
  const [oldest] = cluster.pods('web');
  await cluster.scale('web', 1);
  expect(cluster.pods('web').filter(({ phase }) => phase === 'Running').map(({ name }) => name)).toEqual(
    [oldest.name],
  );
});

test('without replicas a Deployment has as many pods as its autoscaler wants at least', async () => {
  const web = server('web');
  delete web.spec.replicas;
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: { minReplicas: 2, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
  };
  await using cluster = await LocalCluster.start([program, web, scaler]);
  expect(cluster.pods('web').length).toBe(2);
});

test('a Deployment that is held back starts when it is released', async () => {
  await using cluster = await LocalCluster.start(
    [program, server('web'), server('late'), service('late')], { hold: ['late'] },
  );
  expect(cluster.pods('late')).toEqual([]);
  await expect(cluster.fetch('late', '/')).rejects.toThrow('ECONNREFUSED');
  await cluster.release('late');
  expect((await cluster.fetch('late', '/')).status).toBe(200);
});

describe('nothing hangs', () => {
  test('a port that another program holds on every address is named', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const starting = LocalCluster.start(
      [program, server('web'), service('web', 'web', { ports: [{ port, targetPort: 'http' }] })],
    );
    await expect(starting).rejects.toThrow(
      new RegExp(
        `^Service web cannot listen on port ${port} \\(listen EADDRINUSE.*end the program that holds this port`,
      ),
    );
    other.close();
  });

  test('a port that was taken is opened when it is free, and is no problem any more', async () => {
    const other = createServer().listen(0, '0.0.0.0');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const problems: string[] = [];
    const taken = service('web', 'web', { ports: [{ port, targetPort: 'http' }] });
    await using cluster = await LocalCluster.start([program, server('web'), taken], {
      waitForReady: false, onEvent: ({ type, message }) => type === 'problem' && problems.push(message),
    });
    await expect(cluster.apply([])).rejects.toThrow(`Service web cannot listen on port ${port}`);
    expect(problems.length).toBeGreaterThan(0);
    await expect(cluster.scale('web', 1)).rejects.toThrow(`Service web cannot listen on port ${port}`);
    await new Promise((resolve) => other.close(resolve));
    await cluster.scale('web', 2);
    expect((await cluster.fetch('web', '/')).status).toBe(200);
  });

  test('a pod that is not ready in time is named, with the reason and its last lines', async () => {
    const container = {
      args: [
        'node',
        '-e',
        "for (const n of [1, 2, 3]) console.log('line', n); setInterval(() => {}, 1000)",
      ],
    };
    const starting = LocalCluster.start(
      [program, server('web', { container })], { startTimeout: Duration.seconds(1) },
    );
    await expect(starting).rejects.toThrow(
      /^gave up after 1 s: not every pod is ready\n {2}pod web-\w+-\w+: readiness probe: GET http:\/\/127\.[\d.]+:8080\/ready failed: ECONNREFUSED\n {4}\| line 1\n {4}\| line 2\n {4}\| line 3$/,
    );
  });

  test('a program that ends again and again is given up before the time is over', async () => {
    const container = { args: ['node', '-e', "console.error('cannot open the door'); process.exit(7)"] };
    const starting = LocalCluster.start(
      [program, server('web', { container })], { restartBackOff: Duration.millis(10) },
    );
    await expect(starting).rejects.toThrow(
      /^a container of pod web-\w+-\w+ has ended 5 times without becoming ready\n.*container server ended with exit code 7\n {4}\| cannot open the door/,
    );
  });

  test('an init container that fails again and again is given up with its last lines', async () => {
    const initContainers = [{ name: 'setup', image: 'node', command: ['sh', '-c', 'echo no table; exit 2'] }];
    const starting = LocalCluster.start(
      [program, server('web', { pod: { initContainers } })], { restartBackOff: Duration.millis(10) },
    );
    await expect(starting).rejects.toThrow(/init container setup ended with exit code 2\n {4}\| setup: no table/);
  });

  test.each<[string, string | string[], string | undefined, RegExp]>([
    ['does not exist', ['no-such-program'], undefined, /cannot run no-such-program: spawn no-such-program ENOENT/],
    ['has no name', [''], undefined, /cannot run '': The argument 'file' cannot be empty/],
    [
      'gets a byte that ends text',
      ['node', 'a\0b'],
      undefined,
      /cannot run \S*node: .*must be a string without null bytes/,
    ],
    ['gets more than a system takes', ['node', 'a'.repeat(3_000_000)], undefined, /cannot run \S*node: spawn E2BIG/],
    ['is a folder', ['/tmp'], undefined, /cannot run \/tmp: spawn \/tmp EACCES/],
    [
      'a shell does not find',
      ['sh', '-c', 'no-such-program'],
      undefined,
      /container server ended with exit code 127\n.*no-such-program: (command )?not found/,
    ],
    [
      'does not exist on this machine',
      ['no-such-program'],
      'acme/web',
      /cannot run no-such-program: spawn no-such-program ENOENT/,
    ],
    [
      'a shell of this machine does not find',
      'no-such-program',
      'acme/web',
      /container server ended with exit code 127\n.*no-such-program: (command )?not found/,
    ],
  ])('a program that %s is never ready, with a probe or without, and is named', async (_, command, image, message) => {
    for (const readinessProbe of [undefined, READY]) {
      const types: string[] = [];
      const container = { readinessProbe, ...image === undefined ? { command, args: undefined } : { image } };
      const starting = LocalCluster.start([program, server('web', { container })], {
        restartBackOff: Duration.millis(10),
        commands: image === undefined
          ? {}
          : { [image]: command },
        onEvent: ({ type }) => types.push(type),
      });
      await expect(starting).rejects.toThrow(message);
      expect(types).not.toContain('ready');
    }
  });

  test.each(
    [['no name', ['']], ['a byte that ends text', ['true', 'a\0b']]],
  )('a probe and a hook whose command has %s fail and are named', async (_, command) => {
    const act = { exec: { command } };
    for (const container of [{ readinessProbe: act }, { lifecycle: { postStart: act } }]) {
      const starting = LocalCluster.start(
        [program, server('web', { container })], {
          startTimeout: Duration.seconds(1),
          restartBackOff: Duration.millis(10),
        },
      );
      await expect(starting).rejects.toThrow(/(readiness probe|postStart): cannot run (''|true): /);
    }
  });

  test('a cluster that is stopped while it starts ends the start', async () => {
    const container = { args: ['node', '-e', 'setInterval(() => {}, 1000)'] };
    await using cluster = await LocalCluster.start([program, server('web', { container })], { waitForReady: false });
    const scaling = cluster.scale('web', 2);
    scaling.catch(() => {});
    await cluster.stop();
    await expect(scaling).rejects.toThrow('the cluster has been stopped');
  });
});
