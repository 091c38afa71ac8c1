import { existsSync } from 'node:fs';
import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const ask = async (cluster: LocalCluster, path: string, target = 'web') => (await cluster.fetch(target, path)).text();
const path = (name: string, value: string) => ({ name, value });
const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'one', b: 'two' } };

describe('a claim', () => {
  const data = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteMany'], resources: { requests: { storage: '1Gi' } } },
  };
  const mounting = (name: string, options: object = {}) => server(
    name, {
      volumes: [data],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
      env: [path('DATA', '/data')],
      ...options,
    },
  );

  test('is one folder for all pods that name it, outlives them, and goes with the cluster', async () => {
    const warnings: string[] = [];
    await using cluster = await LocalCluster.start([
      program,
      claim,
      mounting('web'),
      service('web'),
      mounting('other'),
      service('other'),
    ], {
      onEvent: ({ type, message }) => type === 'warning' && warnings.push(message),
    });
    const folder = await ask(cluster, '/env/DATA');
    await ask(cluster, `/write?path=${folder}/note&text=kept`);
    expect(await ask(cluster, `/file?path=${await ask(cluster, '/env/DATA', 'other')}/note`, 'other')).toBe('kept');
    for (const { name } of cluster.pods()) await cluster.pod(name).delete();
    await cluster.apply([]);
    expect(await ask(cluster, `/file?path=${await ask(cluster, '/env/DATA')}/note`)).toBe('kept');
    await cluster.stop();
    expect([existsSync(folder), warnings]).toEqual([false, []]);
  });

  test('of another namespace is another folder, and one that no manifest holds is there all the same', async () => {
    const inShop = (object: any) => ({ ...object, metadata: { ...object.metadata, namespace: 'shop' } });
    await using cluster = await LocalCluster.start(
      [program, inShop(program), mounting('web'), service('web'), inShop(mounting('web')), inShop(service('web'))],
    );
    await ask(cluster, `/write?path=${await ask(cluster, '/env/DATA', 'default/web')}/note&text=x`, 'default/web');
    expect(await ask(cluster, `/list?path=${await ask(cluster, '/env/DATA', 'shop/web')}`, 'shop/web')).toBe('');
  });
});

test('the files of volumes made of objects have the names and modes that these ask for', async () => {
  await using cluster = await LocalCluster.start([program, settings, service('web'), server('web', {
    volumes: [
      {
        name: 'some',
        configMap: {
          name: 'settings',
          defaultMode: 0o777,
          items: [{ key: 'a', path: 'x/run.sh' }, { key: 'b', path: 'b', mode: 0o640 }],
        },
      },
      {
        name: 'self',
        downwardAPI: {
          defaultMode: 0o600,
          items: [
            { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
            {
              path: 'cpu',
              mode: 0o666,
              resourceFieldRef: { containerName: 'server', resource: 'limits.cpu', divisor: '1m' },
            },
          ],
        },
      },
      {
        name: 'all',
        projected: {
          defaultMode: 0o660,
          sources: [
            { configMap: { name: 'settings' } },
            { configMap: { name: 'none', optional: true } },
            { downwardAPI: { items: [{ path: 'b', fieldRef: { fieldPath: "metadata.labels['app']" } }] } },
          ],
        },
      },
      { name: 'none', secret: { secretName: 'none', optional: true } },
    ],
    volumeMounts: ['some', 'self', 'all', 'none'].map((name) => ({ name, mountPath: `/mnt/${name}` })),
    container: { resources: { limits: { cpu: '250m' } } },
    env: ['some', 'self', 'all', 'none'].map((name) => path(name, `/mnt/${name}`)),
  })]);
  const [some, self, all, none] = await Promise.all(
    ['some', 'self', 'all', 'none'].map((name) => ask(cluster, `/env/${name}`)),
  );
  const seen = async (file: string) => [
    await ask(cluster, `/file?path=${file}`),
    await ask(cluster, `/mode?path=${file}`),
  ];
  expect(await seen(`${some}/x/run.sh`)).toEqual(['one', '777']);
  expect(await seen(`${some}/b`)).toEqual(['two', '640']);
  expect(await seen(`${self}/name`)).toEqual([cluster.pods()[0].name, '600']);
  expect(await seen(`${self}/cpu`)).toEqual(['250', '666']);
  expect(await seen(`${all}/a`)).toEqual(['one', '660']);
  expect(await seen(`${all}/b`)).toEqual(['web', '660']);
  expect(await ask(cluster, `/list?path=${none}`)).toBe('');
});

test('a key that a ConfigMap no longer has is no file any more', async () => {
  await using cluster = await LocalCluster.start([program, settings, service('web'), server('web', {
    volumes: [{
      name: 'settings',
      configMap: { name: 'settings' },
    }],
    volumeMounts: [{ name: 'settings', mountPath: '/etc/settings' }],
    env: [path('FOLDER', '/etc/settings')],
  })]);
  const folder = await ask(cluster, '/env/FOLDER');
  await cluster.apply({ ...settings, data: { b: 'changed', c: 'three' } });
  expect(await ask(cluster, `/list?path=${folder}`)).toBe('b,c');
  expect(await ask(cluster, `/file?path=${folder}/b`)).toBe('changed');
});

test('a subPath is a part of a volume, made where it is not there; subPathExpr names one for each pod', async () => {
  const data = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
  await using cluster = await LocalCluster.start([program, service('web'), server('web', {
    replicas: 2,
    volumes: [data],
    volumeMounts: [
      { name: 'data', mountPath: '/data' }, {
        name: 'data',
        mountPath: '/data/common',
        subPath: 'a/b',
      }, { name: 'data', mountPath: '/own', subPathExpr: 'pods/$(POD)' },
      { name: 'program', mountPath: '/one/file', subPath: 'server.cjs' },
    ],
    env: [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      path('ALL', '/data'),
      path('COMMON', '/data/common'),
      path('OWN', '/own'),
      path('FILE', '/one/file'),
    ],
  })]);
  const all = await ask(cluster, '/env/ALL');
  expect(await ask(cluster, '/env/COMMON')).toBe(`${all}/a/b`);
  const own = await Promise.all(
    cluster.pods().map(async ({ ip }) => (await fetch(`http://${ip}:8080/env/OWN`)).text()),
  );
  expect(own).toEqual(cluster.pods().map(({ name }) => `${all}/pods/${name}`));
  expect((await ask(cluster, `/list?path=${all}/pods`)).split(',').sort()).toEqual(
    cluster.pods().map(({ name }) => name).sort(),
  );
  expect(await ask(cluster, `/file?path=${await ask(cluster, '/env/FILE')}`)).toBe(program.data['server.cjs']);
});

test('containers of a pod share what they mount, each at a path of its own; no other pod does', async () => {
  const writer = {
    name: 'writer',
    image: 'node:24-alpine',
    command: [
      'sh',
      '-c',
      'for each in "$@"; do echo "$HOSTNAME" > "$each/from"; done; exec sleep 1000',
      'sh',
      '/w/cache',
      '/w/scratch',
      '/w/csi',
      '/w/memory',
    ],
    volumeMounts: ['cache', 'scratch', 'csi', 'memory'].map((name) => ({ name, mountPath: `/w/${name}` })),
    readinessProbe: { exec: { command: ['test', '-s', '/w/memory/from'] }, periodSeconds: 1 },
  };
  const web = server('web', {
    replicas: 2,
    volumes: [
      { name: 'cache', emptyDir: { sizeLimit: '1Gi' } }, {
        name: 'memory',
        emptyDir: { medium: 'Memory' },
      }, { name: 'csi', csi: { driver: 'secrets-store.csi.k8s.io', readOnly: true } },
      {
        name: 'scratch',
        ephemeral: {
          volumeClaimTemplate: {
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: '1Gi' } },
            },
          },
        },
      },
    ],
    volumeMounts: ['cache', 'scratch', 'csi', 'memory'].map(
      (name) => ({ name, mountPath: `/r/${name}`, readOnly: true }),
    ),
    env: ['cache', 'scratch', 'csi', 'memory'].map((name) => path(name, `/r/${name}`)),
  });
  web.spec.template.spec.containers.push(writer);
  await using cluster = await LocalCluster.start([program, web]);
  for (const { ip, name } of cluster.pods()) {
    const get = async (url: string) => (await fetch(`http://${ip}:8080${url}`)).text();
    for (const volume of [
      'cache',
      'scratch',
      'csi',
      'memory',
    ]) expect(await get(`/file?path=${await get(`/env/${volume}`)}/from`)).toBe(`${name}\n`);
  }
});
