import { Chart, Duration, Size, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import {
  Backend, ClaimRetention, Code, Gather, IBackend, ImageBackendOptions, Platform, Scaling, ScatterGather, Shard,
  ShardKey, Spread, SpreadProps, State, Storage, VolumeOptions,
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

describe('further containers of the pod', () => {
  const data = volume();

  test('mount the volume of their replica, which is no volume of the pod beside it', () => {
    const { initContainers, containers: [{ volumeMounts }], volumes } = podOf(image(data, {
      volumeMounts: [{ path: '/etc/logs', volume: data, subPath: 'logs' }],
      initContainers: [{ image: 'seed:1', volumeMounts: [{ path: '/seed', volume: data }] }],
      sidecars: [{ image: 'backup:1', volumeMounts: [{ path: '/data', volume: data, readOnly: true }] }],
    }));
    expect(initContainers.map((each: any) => each.volumeMounts)).toEqual([
      [{ name: 'data', mountPath: '/data', readOnly: true }],
      [{ name: 'data', mountPath: '/seed' }],
    ]);
    expect(volumeMounts).toEqual([
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'data', mountPath: '/data' },
      { name: 'data', mountPath: '/etc/logs', subPath: 'logs' },
    ]);
    expect(volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }]);
  });

  test('cannot mount what the backend does not have', () => {
    const backend = Backend.fromImage('web:1', { port: 8080, volumeMounts: [{ path: '/data', volume: data }] });
    expect(() => spread(backend)).toThrow("[shop/Web/Backend] volumeMounts has the storage for '/data', "
      + 'which the backend does not have: give it in storage too');
  });

  test('of a Deployment of cdk8s-plus cannot mount it either', () => {
    const chart = new Chart(Testing.app(), 'shop');
    new kplus.Deployment(chart, 'Db', { containers: [{ image: 'db:1' }], volumes: [data as any] });
    expect(() => Testing.synth(chart)).toThrow("[Storage.volume] the storage for '/data' is mounted in a pod of "
      + 'something else than a backend: give it to one, as in Backend.fromImage(…, { port: 8080, storage })');
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

describe('a sentence refuses', () => {
  const inSpread = (options: Partial<VolumeOptions>) => () => spread(image(volume(options)));
  const clash = (options: (chart: Chart) => Partial<ImageBackendOptions>) => () => shop((chart) => {
    const backend = Backend.fromImage('web:1', { port: 8080, storage: volume(), ...options(chart) });
    new Spread(chart, 'Web', { backend });
  });
  const existing = (chart: Chart) => new kplus.Service(chart, 'Api', { ports: [{ port: 80 }] });
  const anywhere = (make: (chart: Chart) => unknown) => () => { shop(make); };
  const storage = volume() as any;
  const long = `W${'e'.repeat(44)}b`;

  test.each<[string, () => unknown, string]>([
    [
      'a size of 0',
      inSpread({ size: Size.gibibytes(0) }),
      '[shop/Web/Backend] storage.size is 0: it must be larger than nothing',
    ],
    ['a size that is no number', inSpread({ size: Size.gibibytes(NaN) }), 'storage.size is NaN: it must be larger'],
    [
      'a size without end',
      inSpread({ size: Size.gibibytes(Infinity) }),
      '[shop/Web/Backend] storage.size is more than 8 PiB: give less',
    ],
    [
      'a relative path',
      inSpread({ mountPath: 'data' }),
      "[shop/Web/Backend] storage names 'data': a path starts with a slash and has no detours, as in '/data'",
    ],
    ['a path with a slash at its end', inSpread({ mountPath: '/data/' }), "storage names '/data/': a path starts with"],
    ['a path with a detour', inSpread({ mountPath: '/data/../etc' }), "has no detours, as in '/etc'"],
    ['no path', inSpread({ mountPath: '' }), "storage names '', which would hide the files of the image"],
    [
      'the root',
      inSpread({ mountPath: '/' }),
      "[shop/Web/Backend] storage names '/', which would hide the files of the image: "
        + "name the folders that the program uses, as in '/tmp'",
    ],
    [
      'a path with a colon',
      inSpread({ mountPath: '/data:a' }),
      "[shop/Web/Backend] storage names '/data:a', and Kubernetes mounts no path with a colon: use another folder",
    ],
    [
      'two volumes at one path',
      () => spread(image([volume(), volume({ size: Size.gibibytes(1) })])),
      "[shop/Web/Backend] storage[0] names '/data', as storage[1] does: give it a mountPath of its own",
    ],
    [
      'a volume where the state of a function is',
      () => spread(Backend.fromFunction(Code.fromInline('() => 1'), {
        storage: volume({ mountPath: '/var/lib/metaparticle/state' }), state: State.local({ size: Size.gibibytes(1) }),
      })),
      "[shop/Web/Backend] storage names '/var/lib/metaparticle/state', as state does: give it a mountPath of its own",
    ],
    [
      'a volume where the image writes',
      clash(() => ({ writable: { '/data': Size.mebibytes(1) } })),
      "[shop/Web/Backend] storage names '/data', where something else is mounted: use another mountPath, "
        + 'or leave one of them out',
    ],
    [
      'a volume where something is mounted',
      clash((chart) => ({
        volumeMounts: [{ path: '/data', volume: kplus.Volume.fromEmptyDir(chart, 'Scratch', 'scratch') }],
      })),
      "[shop/Web/Backend] volumeMounts names '/data', where something else is mounted",
    ],
    [
      'a volume where the program of a function is',
      () => spread(Backend.fromFunction(Code.fromInline('() => 1'), {
        storage: volume({ mountPath: '/opt/metaparticle/code' }),
      })),
      "[shop/Web/Backend] storage names '/opt/metaparticle/code', where something else is mounted",
    ],
    [
      'another volume of the name that the claim has',
      clash((chart) => ({
        volumeMounts: [{ path: '/scratch', volume: kplus.Volume.fromEmptyDir(chart, 'Scratch', 'data') }],
      })),
      "[shop/Web/Backend] volumeMounts has a volume of the name 'data', as the storage for '/data' is called: "
        + 'give it another name',
    ],
    [
      'a StorageClass that is no name',
      inSpread({ storageClass: 'Fast SSD' }),
      "[shop/Web/Backend] storage.storageClass is 'Fast SSD', which is no name of an object: write it as in 'fast', "
        + "or leave it out for the cluster's default class",
    ],
    ['an empty StorageClass', inSpread({ storageClass: '' }), "storage.storageClass is '', which is no name of an object"],
    [
      'a volume that nothing can be written to',
      inSpread({ accessMode: kplus.PersistentVolumeAccessMode.READ_ONLY_MANY }),
      "[shop/Web/Backend] storage.accessMode is 'ReadOnlyMany', and nothing could ever be written to an empty volume: "
        + 'leave it out, or mount a volume that has its content by volumeMounts',
    ],
    [
      'an access mode that is none',
      inSpread({ accessMode: 'rw' as any }),
      "[Storage.volume] accessMode is 'rw': it must be a PersistentVolumeAccessMode; write 'ReadWriteOnce' or",
    ],
    [
      'two volumes that are not kept alike',
      () => spread(image([volume(), volume({ mountPath: '/logs', whenDeleted: ClaimRetention.DELETE })])),
      "[shop/Web/Backend] storage has whenDeleted 'Retain' for one volume and 'Delete' for another: "
        + 'Kubernetes knows one for all volumes of a backend; give each the same',
    ],
    [
      'two volumes that are not kept alike where replicas go',
      () => spread(image([volume({ whenScaled: ClaimRetention.DELETE }), volume({ mountPath: '/logs' })])),
      "storage has whenScaled 'Delete' for one volume and 'Retain' for another",
    ],
    [
      'no volume at all',
      () => spread(image([])),
      "[shop/Web] storage is empty: give a volume, as in Storage.volume({ mountPath: '/data', "
        + 'size: Size.gibibytes(10) }), or leave it out',
    ],
    [
      'no volume at all beside state',
      () => spread(Backend.fromFunction(Code.fromInline('() => 1'), {
        storage: [], state: State.local({ size: Size.gibibytes(1) }),
      })),
      '[shop/Web] storage is empty: give a volume',
    ],
    [
      'a variable that would hide the number of the replica',
      () => spread(image(volume(), { env: { REPLICA: kplus.EnvValue.fromValue('7') } })),
      "[shop/Web] env sets 'REPLICA', which the pattern sets itself: use another name",
    ],
    [
      'the same of a function',
      () => spread(Backend.fromFunction(Code.fromInline('() => 1'), {
        storage: volume(), env: { REPLICA: kplus.EnvValue.fromValue('7') },
      })),
      "[shop/Web] env sets 'REPLICA', which the pattern sets itself: use another name",
    ],
    [
      'a strategy of Deployments',
      () => spread(image(volume(), { pods: { strategy: kplus.DeploymentStrategy.recreate() } })),
      '[shop/Web] pods.strategy and storage are both given, and a StatefulSet has no such thing: its replicas are '
        + 'replaced one at a time, each goes down before its successor starts; leave it out',
    ],
    [
      'a progress deadline',
      () => spread(image(volume(), { pods: { progressDeadline: Duration.minutes(20) } })),
      '[shop/Web] pods.progressDeadline and storage are both given, and a StatefulSet has no such thing',
    ],
    [
      'a name that leaves no room for a hash',
      anywhere((chart) => new Spread(chart, long, { backend: image(volume()), service: { name: 'web' } })),
      `has ${long.length + 8} characters, and with storage it may have 52, because Kubernetes appends a hash: `
        + 'use a shorter id',
    ],
    [
      'claims of two groups that would be the same',
      anywhere((chart) => {
        new Spread(chart, 'Users', { backend: image(volume({ mountPath: '/data/web' })) });
        new Spread(chart, 'WebUsers', { backend: image(volume()) });
      }),
      "[shop/WebUsers/Backend] storage names '/data', whose claim would be called 'data-web-users-backend-0', as one "
        + 'of [shop/Users/Backend] is: use another mountPath or id',
    ],
    [
      'a path where a volume is meant',
      () => Backend.fromImage('web:1', { port: 8080, storage: '/srv' as any }),
      "[Backend.fromImage] storage is '/srv': it must be a Storage or an array of Storage; "
        + "write Storage.volume({ mountPath: '/srv', size: Size.gibibytes(10) })",
    ],
    [
      'a list of what is no volume',
      () => Backend.fromImage('web:1', { port: 8080, storage: [{ mountPath: '/srv' }] as any }),
      "[Backend.fromImage] storage[0] is { mountPath: '/srv' }: it must be a Storage; "
        + "write Storage.volume({ mountPath: '/data', size: Size.gibibytes(10) })",
    ],
    [
      'a number as size',
      () => volume({ size: 20 as any }),
      '[Storage.volume] size is 20: it must be a Size; write Size.mebibytes(20)',
    ],
    [
      'storage of a Service',
      anywhere((chart) => Backend.fromService(existing(chart), { storage } as any)),
      'storage is a Storage, but ServiceBackendOptions has no such property: its pods are made elsewhere, '
        + 'and so are their volumes',
    ],
    [
      'storage of a URL',
      () => Backend.fromUrl('http://users', { storage } as any),
      '[Backend.fromUrl] storage is a Storage, but UrlBackendOptions has no such property: '
        + 'its pods are made elsewhere, and so are their volumes',
    ],
    [
      'storage of a Deployment',
      () => Backend.fromDeployment({ name: 'users', labels: { app: 'users' } }, { port: 80, storage } as any),
      'storage is a Storage, but DeploymentBackendOptions has no such property: its pods are made elsewhere, '
        + 'and so are their volumes',
    ],
    [
      'storage of a pattern',
      () => spread(image(volume()), { storage } as any),
      '[shop/Web] storage is a Storage, but SpreadProps has no such property: it is an option of a backend whose pods '
        + "are made here, as in Backend.fromImage('ghcr.io/acme/web:1.4.2', { port: 8080, storage: … })",
    ],
    [
      'storage of a router',
      () => spread(image(volume()), { router: { storage } } as any),
      '[shop/Web] router.storage is a Storage, but RouterOptions has no such property: it keeps nothing; '
        + 'storage is an option of backends',
    ],
  ])('%s', (_, call, sentence) => {
    expect(call).toThrow(sentence);
  });
});

test('groups of one id in two namespaces have claims of their own', () => {
  const app = Testing.app();
  for (const namespace of ['blue', 'green']) {
    new Spread(new Chart(app, namespace, { namespace }), 'Web', { backend: image(volume()) });
  }
});
