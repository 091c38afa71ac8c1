import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, ClaimRetention, Code, Gather, IBackend, ImageBackendOptions, Platform, Scaling, ScatterGather, Shard,
  ShardKey, Spread, SpreadProps, Storage, VolumeOptions,
} from '../../src';
import { find } from '../find';

const volume = (options: Partial<VolumeOptions> = {}) => (
  Storage.volume({ mountPath: '/data', size: Size.gibibytes(20), ...options })
);
const image = (storage: Storage | Storage[], options: Partial<ImageBackendOptions> = {}) => (
  Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 8080, storage, ...options })
);

function shop(make: (chart: Chart) => unknown): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  make(chart);
  return chart;
}

const spread = (backend: IBackend, props: Partial<SpreadProps> = {}) => (
  shop((chart) => new Spread(chart, 'Web', { backend, ...props }))
);
const setOf = (backend: IBackend, props?: Partial<SpreadProps>) => (
  find(spread(backend, props), 'StatefulSet', 'web-backend').spec
);
const podOf = (backend: IBackend) => setOf(backend).template.spec;
const containerOf = (backend: IBackend) => podOf(backend).containers[0];

describe('a group with storage', () => {
  test('is a StatefulSet, whose replicas have a claim each', () => {
    const { template, ...spec } = setOf(image(volume()));
    expect(spec).toEqual({
      replicas: 1,
      revisionHistoryLimit: 3,
      selector: {
        matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web-backend' },
      },
      serviceName: 'web-backend-headless',
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate' },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      volumeClaimTemplates: [{
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          name: 'data',
          labels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web-backend' },
        },
        spec: {
          accessModes: ['ReadWriteOnce'],
          volumeMode: 'Filesystem',
          resources: { requests: { storage: '20Gi' } },
        },
      }],
    });
  });

  test('has no Deployment beside it', () => {
    const objects = Testing.synth(spread(image(volume())));
    expect(objects.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name))
      .toEqual(['web-router']);
  });

  test('mounts its volume, of which no emptyDir is made', () => {
    const { containers: [{ volumeMounts }], volumes } = podOf(image(volume()));
    expect(volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }, { name: 'data', mountPath: '/data' }]);
    expect(volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }]);
  });

  test('gives its files to the group of the program, but goes through them once only', () => {
    expect(podOf(image(volume())).securityContext)
      .toMatchObject({ fsGroup: 10001, fsGroupChangePolicy: 'OnRootMismatch' });
  });

  test('changes the owner of files as an option says', () => {
    const securityContext = { fsGroup: 70, fsGroupChangePolicy: kplus.FsGroupChangePolicy.ALWAYS };
    expect(podOf(image(volume(), { pods: { securityContext } })).securityContext)
      .toMatchObject({ fsGroup: 70, fsGroupChangePolicy: 'Always' });
  });

  test('tells each replica its number, beside that of its shard', () => {
    const chart = shop((scope) => (
      new Shard(scope, 'Users', { shards: 2, key: ShardKey.fromHeader('x-user'), backend: image(volume()) })
    ));
    expect(find(chart, 'StatefulSet', 'users-1').spec.template.spec.containers[0].env).toEqual([
      { name: 'SHARD', value: '1' },
      { name: 'SHARDS', value: '2' },
      { name: 'REPLICA', valueFrom: { fieldRef: { fieldPath: "metadata.labels['apps.kubernetes.io/pod-index']" } } },
    ]);
  });

  test('has several volumes, of the class, access and retention that are given', () => {
    const spec = setOf(image([
      volume({
        storageClass: 'fast',
        accessMode: kplus.PersistentVolumeAccessMode.READ_WRITE_ONCE_POD,
        whenDeleted: ClaimRetention.DELETE,
        whenScaled: ClaimRetention.DELETE,
      }),
      volume({
        mountPath: '/var/lib/Logs',
        size: Size.mebibytes(1500),
        whenDeleted: ClaimRetention.DELETE,
        whenScaled: ClaimRetention.DELETE,
      }),
    ]));
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Delete' });
    expect(spec.volumeClaimTemplates.map(({ metadata, spec: claim }: any) => ({ name: metadata.name, ...claim })))
      .toEqual([
        {
          name: 'data',
          accessModes: ['ReadWriteOncePod'],
          volumeMode: 'Filesystem',
          storageClassName: 'fast',
          resources: { requests: { storage: '20Gi' } },
        },
        {
          name: 'var-lib-logs-a0bb232381',
          accessModes: ['ReadWriteOnce'],
          volumeMode: 'Filesystem',
          resources: { requests: { storage: '1500Mi' } },
        },
      ]);
    expect(spec.template.spec.containers[0].volumeMounts.slice(1)).toEqual([
      { name: 'data', mountPath: '/data' },
      { name: 'var-lib-logs-a0bb232381', mountPath: '/var/lib/Logs' },
    ]);
  });

  test('at /tmp takes the place of the folder that is there by default', () => {
    const { containers: [{ volumeMounts }], volumes } = podOf(image(volume({ mountPath: '/tmp' })));
    expect(volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(volumes).toEqual([]);
  });

  test('needs no more of the disk of its node, however large its volume is', () => {
    expect(containerOf(image(volume({ size: Size.tebibytes(2) }))).resources.limits)
      .toEqual(containerOf(Backend.fromImage('web:1', { port: 8080, storage: volume() })).resources.limits);
  });

  test('lets a function read and write there, and nowhere else', () => {
    const backend = Backend.fromFunction(Code.fromInline('() => 1'), { storage: volume({ mountPath: '/var/my data' }) });
    expect(containerOf(backend).env.find(({ name }: any) => name === 'NODE_OPTIONS').value).toBe(
      '--max-old-space-size=128 --permission --allow-fs-read=/opt/metaparticle/program '
        + '--allow-fs-read=/opt/metaparticle/code '
        + '"--allow-fs-read=/var/my data" "--allow-fs-write=/var/my data"');
  });

  test('is what an autoscaler scales', () => {
    const chart = spread(image(volume()), { scaling: Scaling.cpu({ max: 5 }) });
    expect(find(chart, 'StatefulSet', 'web-backend').spec).not.toHaveProperty('replicas');
    expect(find(chart, 'HorizontalPodAutoscaler', 'web-backend').spec.scaleTargetRef)
      .toEqual({ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web-backend' });
  });

  test('is a StatefulSet without the strategy and progress deadline that its Platform gives Deployments', () => {
    const chart = shop((scope) => {
      const pods = { strategy: kplus.DeploymentStrategy.recreate(), progressDeadline: Duration.minutes(20) };
      Platform.configure(scope, { pods });
      new Spread(scope, 'Web', { backend: image(volume()) });
    });
    const { spec } = find(chart, 'StatefulSet', 'web-backend');
    expect(spec).not.toHaveProperty('strategy');
    expect(spec).not.toHaveProperty('progressDeadlineSeconds');
    expect(find(chart, 'Deployment', 'web-router').spec).toMatchObject({ progressDeadlineSeconds: 1200 });
  });
});

describe('replicas', () => {
  test('are one where nothing is said, in every pattern, and without a budget that would save nothing', () => {
    const chart = shop((scope) => {
      const backend = image(volume());
      expect(new Spread(scope, 'Web', { backend }).replicas).toBe(1);
      expect(new Shard(scope, 'Users', { backend, shards: 1, key: ShardKey.fromHeader('x-user') }).replicas).toBe(1);
      expect(new ScatterGather(scope, 'Search', { backend, leaves: 1, gather: Gather.all() }).replicas).toBe(1);
    });
    for (const name of ['web-backend', 'users-0', 'search-0']) {
      expect(find(chart, 'StatefulSet', name).spec.replicas).toBe(1);
      expect(() => find(chart, 'PodDisruptionBudget', name)).toThrow('0 objects');
    }
  });

  test('are as many as are said, of which one at a time may go', () => {
    const chart = spread(image(volume()), { replicas: 3 });
    expect(find(chart, 'StatefulSet', 'web-backend').spec.replicas).toBe(3);
    expect(find(chart, 'PodDisruptionBudget', 'web-backend').spec.maxUnavailable).toBe(1);
  });

  test('of a Shard are as each of its backends has it', () => {
    const chart = shop((scope) => {
      const backends = [image(volume()), Backend.fromImage('users:1', { port: 8080 })];
      expect(new Shard(scope, 'Users', { key: ShardKey.fromHeader('x-user'), backends }).replicas).toBe(2);
    });
    expect(find(chart, 'StatefulSet', 'users-0').spec.replicas).toBe(1);
    expect(find(chart, 'Deployment', 'users-1').spec.replicas).toBe(2);
  });

  test("of a backend of one's own are as many as it says", () => {
    const bound: number[] = [];
    const backend = {
      defaultReplicas: 3,
      bind: (_: unknown, __: unknown, { replicas }: { replicas: number }) => {
        bound.push(replicas);
        return { host: 'users', port: 8080 };
      },
    };
    spread(backend);
    spread(backend, { replicas: 5 });
    expect(bound).toEqual([3, 5]);
  });

  test.each([[0], [1.5], [NaN], ['3'], [null]])('of a backend of one\'s own that says %p is refused', (number) => {
    const backend = { defaultReplicas: number as any, bind: () => ({ host: 'users', port: 8080 }) };
    expect(() => spread(backend)).toThrow(
      `[shop/Web] backend.defaultReplicas is ${number}: it must be a whole number from 1 to 1000`);
  });
});

describe('an address', () => {
  test('of a group with storage says that its pods restart in place', () => {
    const { backends: [backend] } = new Spread(new Chart(Testing.app(), 'shop'), 'Web', { backend: image(volume()) });
    expect(backend.bind(backend as any, '', {} as any)).toMatchObject({ restartsInPlace: true });
  });

  test('of another group does not', () => {
    const { backends: [backend] } = new Spread(new Chart(Testing.app(), 'shop'), 'Web', {
      backend: Backend.fromImage('web:1', { port: 8080 }),
    });
    expect(backend.bind(backend as any, '', {} as any)).not.toHaveProperty('restartsInPlace');
  });
});
