import { promises as dns } from 'node:dns';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { program, server, service, statefulSet } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const headless = service('db-headless', 'db', { clusterIP: 'None' });
const whenScaled = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } };
const inParallel = { podManagementPolicy: 'Parallel' };
const names = (cluster: LocalCluster) => cluster.pods('db').map(({ name }) => name);

const ask = async (cluster: LocalCluster, pod: string, path: string) => {
  return (await fetch(`http://${cluster.pod(pod).ip}:8080${path}`)).text();
};
const dataOf = (cluster: LocalCluster, pod: string) => ask(cluster, pod, '/env/DATA');
const write = async (cluster: LocalCluster, pod: string, text: string) => {
  await ask(cluster, pod, `/write?path=${await dataOf(cluster, pod)}/note&text=${text}`);
};
const read = async (cluster: LocalCluster, pod: string) => ask(cluster, pod, `/file?path=${await dataOf(cluster, pod)}/note`);

let data: string;
beforeEach(() => { data = mkdtempSync(join(tmpdir(), 'data-')); });
afterEach(() => rmSync(data, { recursive: true }));

describe('a StatefulSet', () => {
  test('has pods of stable names, which know their numbers and find each other by their names', async () => {
    const label = (name: string) => ({ valueFrom: { fieldRef: { fieldPath: `metadata.labels['${name}']` } } });
    await using cluster = await LocalCluster.start([program, headless, service('db'), statefulSet('db', {
      replicas: 2,
      env: [
        { name: 'REPLICA', ...label('apps.kubernetes.io/pod-index') },
        { name: 'NAME', ...label('statefulset.kubernetes.io/pod-name') },
      ],
    })]);
    expect(cluster.pods('db').map(({ name, group, labels }) => [name, group, labels['controller-revision-hash']])).toEqual([
      ['db-0', 'db', expect.stringMatching(/^db-[a-z0-9]{9}$/)], ['db-1', 'db', expect.stringMatching(/^db-[a-z0-9]{9}$/)],
    ]);
    expect([await ask(cluster, 'db-1', '/env/REPLICA'), await ask(cluster, 'db-1', '/env/NAME')]).toEqual(['1', 'db-1']);
    expect(await ask(cluster, 'db-1', '/env/HOSTNAME')).toBe('db-1');
    expect(await ask(cluster, 'db-0', '/get?url=http://db-1.db-headless:8080/')).toBe('db-1');
    expect(await ask(cluster, 'db-0', '/get?url=http://db-0:8080/')).toBe('db-0');
    const resolver = new dns.Resolver({ timeout: 2000, tries: 1 });
    resolver.setServers([cluster.dns]);
    const full = (name: string) => `${name}.default.svc.cluster.local`;
    expect(await resolver.resolve4(full('DB-1.db-headless'))).toEqual([cluster.pod('db-1').ip]);
    const servers = await resolver.resolveSrv(full('_http._tcp.db-headless'));
    expect(servers.map(({ name, port }) => `${name}:${port}`).sort()).toEqual(
      [`${full('db-0.db-headless')}:8080`, `${full('db-1.db-headless')}:8080`],
    );
    // Below another Service than the one that the StatefulSet names, its pods have the names that all pods have.
    const dashed = cluster.pod('db-1').ip.replace(/\./g, '-');
    expect(await resolver.resolve4(full(`${dashed}.db`))).toEqual([cluster.pod('db-1').ip]);
    for (const name of ['db-1.db', 'db-2.db-headless', `${dashed}.db-headless`]) {
      await expect(resolver.resolve4(full(name))).rejects.toThrow('ENOTFOUND');
    }
  });

  test('keeps the data of each pod through kill, deletion with and without force, rollout and scaling', async () => {
    await using cluster = await LocalCluster.start([program, headless, statefulSet('db', { replicas: 2, spec: inParallel })]);
    await write(cluster, 'db-0', 'zero');
    await write(cluster, 'db-1', 'one');
    const kept = async () => {
      await cluster.apply([]);
      expect([await read(cluster, 'db-0'), await read(cluster, 'db-1')]).toEqual(['zero', 'one']);
    };
    await cluster.pod('db-1').kill();
    await kept();
    const before = cluster.pod('db-1').ip;
    await cluster.pod('db-1').delete({ force: true });
    await cluster.pod('db-0').delete();
    await kept();
    expect(cluster.pod('db-1').ip).not.toBe(before);
    await cluster.rollout('db');
    await kept();
    await cluster.scale('db', 0);
    await cluster.scale('db', 2);
    await kept();
  });

  test('never has two pods of one number', async () => {
    await using cluster = await LocalCluster.start([program, headless, statefulSet('db', { replicas: 2, spec: inParallel })]);
    const alike: string[][] = [];
    cluster.on('event', () => {
      const living = cluster.pods('db').filter(({ phase }) => phase !== 'Gone').map(({ name }) => name);
      if (new Set(living).size < living.length) alike.push(living);
    });
    const types: string[] = [];
    cluster.on('event', ({ type, pod }) => ['created', 'gone'].includes(type) && types.push(`${type} ${pod}`));
    await cluster.rollout('db');
    expect([alike, types]).toEqual([[], ['gone db-1', 'created db-1', 'gone db-0', 'created db-0']]);
  });

  test('is held back, released, found by its Service and scaled by an autoscaler as a Deployment is', async () => {
    const scaler = (kind: string) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: `of-${kind.toLowerCase()}` },
      spec: { minReplicas: kind === 'Deployment' ? 1 : 2, scaleTargetRef: { apiVersion: 'apps/v1', kind, name: 'db' } },
    });
    await using cluster = await LocalCluster.start([
      program,
      service('db'),
      headless,
      scaler('Deployment'),
      scaler('StatefulSet'),
      statefulSet('db', { replicas: undefined, spec: { replicas: undefined, ...inParallel } }),
    ], { hold: ['db'] });
    expect(names(cluster)).toEqual([]);
    await cluster.release('db');
    expect(names(cluster)).toEqual(['db-0', 'db-1']);
    expect(cluster.services().find(({ name }) => name === 'db')!.pods).toEqual(['db-0', 'db-1']);
    expect(cluster.servedBy(await cluster.fetch('db', '/'))?.group).toBe('db');
  });

  test('that is deleted leaves its claims to the next one of its name', async () => {
    const changed = statefulSet('db', { spec: inParallel });
    await using cluster = await LocalCluster.start([program, headless, service('db'), statefulSet('db')]);
    await write(cluster, 'db-0', 'kept');
    await cluster.delete([statefulSet('db'), service('db')]);
    expect([cluster.pods(), cluster.services().map(({ name }) => name)]).toEqual([[], ['db-headless']]);
    await expect(cluster.delete(statefulSet('db'))).rejects.toThrow('there is no StatefulSet db that could be deleted');
    await cluster.apply(changed);
    expect(await read(cluster, 'db-0')).toBe('kept');
  });

  test('may have the name of a Deployment, and of a StatefulSet of another namespace', async () => {
    const inShop = (object: any) => ({ ...object, metadata: { ...object.metadata, namespace: 'shop' } });
    const objects = [program, inShop(program), server('db'), statefulSet('db'), inShop(statefulSet('db'))];
    await using cluster = await LocalCluster.start(objects);
    const [first, second] = cluster.pods().filter(({ name }) => name === 'db-0');
    expect([first.namespace, second.namespace]).toEqual(['default', 'shop']);
    await write(cluster, 'db-0', 'x');
    await cluster.pod('db-0').delete({ force: true });
    await cluster.apply([]);
    const folder = await fetch(`http://${second.ip}:8080/env/DATA`).then((response) => response.text());
    expect([folder.endsWith('/shop/data-db-0'), readdirSync(folder)]).toEqual([true, []]);
    expect(cluster.pods().map(({ restarts }) => restarts)).toEqual([0, 0, 0]);
    await expect(cluster.scale('db', 2)).rejects.toThrow(
      'db is Deployment db, StatefulSet db, StatefulSet shop/db: say which namespace, as in shop/db, or delete one',
    );
    await cluster.scale('shop/db', 2);
    expect(cluster.pods().filter(({ namespace }) => namespace === 'shop').map(({ name }) => name)).toEqual(['db-0', 'db-1']);
  });
});

test('a Service that publishes pods that are not ready names a pod from its start to its end', async () => {
  const published = service('db-headless', 'db', { clusterIP: 'None', publishNotReadyAddresses: true });
  const setup = {
    name: 'setup',
    image: 'node:24-alpine',
    args: ['node', '-e', `
      const url = 'http://db-headless.default.svc.cluster.local:8080/';
      fetch(url).catch(({ cause }) => process.exit(cause.code === 'ECONNREFUSED' ? 0 : 1));
    `],
  };
  await using cluster = await LocalCluster.start([program, published, statefulSet('db', { pod: { initContainers: [setup] } })]);
  expect(cluster.pods('db')[0].restarts).toBe(0);
});

describe('claims', () => {
  test('lie in the folder for data, by their names, and are found there by the next cluster', async () => {
    const objects = [program, headless, statefulSet('db')];
    await using first = await LocalCluster.start(objects, { data });
    await write(first, 'db-0', 'kept');
    await first.stop();
    expect(readFileSync(join(data, 'default/data-db-0/note'), 'utf8')).toBe('kept');
    await using second = await LocalCluster.start(objects, { data });
    expect(await read(second, 'db-0')).toBe('kept');
  });

  test('are of one cluster at a time, and a cluster that was killed holds nobody up', async () => {
    mkdirSync(join(data, '.clusters'));
    // Of an earlier process of this one's number, and of one that there cannot be.
    for (const name of [`${process.pid}-1.1-1`, '4194305-1.1-1', 'x']) writeFileSync(join(data, '.clusters', name), '');
    await using first = await LocalCluster.start([], { data });
    await expect(LocalCluster.start([], { data: `${data}/../${basename(data)}` })).rejects.toThrow(
      `data is ${data}, which a cluster of process ${process.pid} uses: end that one first, or give this one another folder`,
    );
    await first.stop();
    await (await LocalCluster.start([], { data })).stop();
    expect(readdirSync(join(data, '.clusters'))).toEqual([]);
  });

  test('are refused a folder that is none, or whose name tears command lines apart', async () => {
    writeFileSync(join(data, 'file'), '');
    await expect(LocalCluster.start([], { data: join(data, 'file') })).rejects.toThrow(
      /^data is .*\/file, where nothing can be kept \(EEXIST.*\): give a folder that this process may write to$/,
    );
    await expect(LocalCluster.start([], { data: join(data, 'my data') })).rejects.toThrow(
      /^data is .*\/my data: give a folder whose path has only letters, digits and any of \. _ - @ \+ \/, since/,
    );
    await expect(LocalCluster.start([], { data: '' })).rejects.toThrow('data is "": give the path of a folder');
  });

  test('of Deployments are kept there too, and without that folder claims go with the cluster', async () => {
    const claim = server('web', {
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'files' } }],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    });
    await using kept = await LocalCluster.start([program, claim], { data });
    await using lost = await LocalCluster.start([program, statefulSet('db')]);
    const folder = await dataOf(lost, 'db-0');
    await lost.stop();
    await kept.stop();
    expect([existsSync(join(data, 'default/files')), existsSync(folder)]).toEqual([true, false]);
  });

  test('are deleted with the pods that are too many where whenScaled says so, and are empty when these come back', async () => {
    await using cluster = await LocalCluster.start(
      [program, statefulSet('db', { replicas: 2, spec: { ...inParallel, ...whenScaled } })], { data },
    );
    await write(cluster, 'db-0', 'zero');
    await write(cluster, 'db-1', 'one');
    await cluster.scale('db', 1);
    await cluster.scale('db', 2);
    expect([readdirSync(await dataOf(cluster, 'db-0')), readdirSync(await dataOf(cluster, 'db-1'))]).toEqual([['note'], []]);
  });
});
