import { program, server, service } from './manifests';
import { ClusterEvent, LocalCluster } from '../../src/local/testing';

const ask = async (cluster: LocalCluster, path: string) => (await cluster.fetch('web', path)).text();
const bytes = Buffer.from([0, 0xff, 0xfe, 10, 0x80]);
const secret = (name: string, stringData: object, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
  ...rest,
});
const asked = (name: string, key: string) => ({ name: 'PASSWORD', valueFrom: { secretKeyRef: { name, key } } });

test('the bytes of a Secret are those of its file, text or not', async () => {
  const keys = secret('keys', { text: 'plain' }, { data: { bytes: bytes.toString('base64') } });
  await using cluster = await LocalCluster.start([program, keys, service('web'), server('web', {
    volumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
    volumeMounts: [{ name: 'keys', mountPath: '/etc/keys', readOnly: true }],
    env: [{ name: 'KEYS', value: '/etc/keys' }],
  })]);
  const folder = await ask(cluster, '/env/KEYS');
  expect(Buffer.from(await (await cluster.fetch('web', `/file?path=${folder}/bytes`)).arrayBuffer())).toEqual(bytes);
  expect(await ask(cluster, `/file?path=${folder}/text`)).toBe('plain');
});

test('of variables of one name the later source wins, and env before envFrom; a key that names no variable is skipped, and said so once', async () => {
  const settings = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { 'COLOUR': 'red', 'SIZE': '1', 'HOST': 'a', '1st': 'x' },
  };
  const warnings: string[] = [];
  const onEvent = ({ type, message }: ClusterEvent) => type === 'warning' && warnings.push(message);
  await using cluster = await LocalCluster.start([program, settings, secret('keys', {
    SIZE: '2',
    HOST: 'b',
  }), service('web'), server('web', {
    replicas: 2,
    container: {
      envFrom: [
        { configMapRef: { name: 'settings' } },
        { secretRef: { name: 'keys' } },
        { prefix: 'NO_', configMapRef: { name: 'none', optional: true } },
      ],
    },
    env: [{ name: 'HOST', value: 'c' }],
  })], { onEvent });
  expect(await Promise.all(['COLOUR', 'SIZE', 'HOST', '1st'].map((name) => ask(cluster, `/env/${name}`)))).toEqual(
    ['red', '2', 'c', '-'],
  );
  expect(warnings).toEqual(
    ['container server of Deployment web: envFrom makes no variable of 1st, which Kubernetes before 1.32 takes for no name of one: let the name begin with a letter'],
  );
});

describe('a Secret that the manifests do not contain', () => {
  test('is what the option secrets says, in the environment and as a file', async () => {
    await using cluster = await LocalCluster.start([program, service('web'), server('web', {
      container: { envFrom: [{ prefix: 'DB_', secretRef: { name: 'db-credentials' } }] },
      volumes: [{ name: 'db', secret: { secretName: 'db-credentials', items: [{ key: 'password', path: 'pass' }] } }],
      volumeMounts: [{ name: 'db', mountPath: '/etc/db' }],
      env: [{ name: 'FILE', value: '/etc/db/pass' }],
    })], { secrets: { 'db-credentials': { password: 'x', user: 'ada' } } });
    expect([await ask(cluster, '/env/DB_user'), await ask(cluster, '/env/DB_password')]).toEqual(['ada', 'x']);
    expect(await ask(cluster, `/file?path=${await ask(cluster, '/env/FILE')}`)).toBe('x');
  });

  test('may be another one in each namespace, and never takes the place of one in the manifests', async () => {
    const inShop = (object: any) => ({ ...object, metadata: { ...object.metadata, namespace: 'shop' } });
    const options = { env: [asked('db', 'password')] };
    const objects = [
      program,
      inShop(program),
      server('web', options),
      inShop(server('web', options)),
      service('web'),
      inShop(service('web')),
    ];
    const password = async (cluster: LocalCluster, target: string) => (await cluster.fetch(target, '/env/PASSWORD')).text();
    await using cluster = await LocalCluster.start(
      objects, { secrets: { 'shop/db': { password: 'of the shop' }, 'db': { password: 'of all' } } },
    );
    expect([await password(cluster, 'default/web'), await password(cluster, 'shop/web')]).toEqual(
      ['of all', 'of the shop'],
    );
    await using other = await LocalCluster.start(
      [...objects, secret('db', { password: 'of the manifests' })], { secrets: { db: { password: 'of all' } } },
    );
    expect([await password(other, 'default/web'), await password(other, 'shop/web')]).toEqual(
      ['of the manifests', 'of all'],
    );
  });

  test.each<[string, any, string]>([
    ['a name', { 'a/b/c': {} }, 'Secret a/b/c: metadata.namespace is "a/b": give up to 63'],
    ['a key', { db: { '../x': '' } }, 'Secret db: a key of stringData is "../x": give up to 253'],
    ['a value', { db: { port: 5432 } }, 'Secret db: stringData.port is 5432: give text'],
  ])('with %s that no Secret can have is refused', async (_, secrets, message) => {
    await expect(LocalCluster.start([], { secrets })).rejects.toThrow(message);
  });

  test('comes with a pod that is applied later, too', async () => {
    await using cluster = await LocalCluster.start([program, service('web')], { secrets: { db: { password: 'x' } } });
    await cluster.apply(server('web', { env: [asked('db', 'password')] }));
    expect(await ask(cluster, '/env/PASSWORD')).toBe('x');
  });
});
