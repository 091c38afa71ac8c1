import { Chart, Duration, Size, Testing } from 'cdk8s';
import { EnvValue } from 'cdk8s-plus-27';
import {
  Backend, ClaimRetention, FunctionBackendOptions, Gather, handler, Scaling, ScatterGather, Shard, ShardKey,
  Spread, SpreadProps, State, Storage,
} from '../../src';
import { find } from '../find';

const code = handler(async (request, { state }) => state.increment(request.path));
const counting = (options: Partial<FunctionBackendOptions> = {}) => (
  Backend.fromFunction(code, { state: State.local({ size: Size.gibibytes(1) }), ...options })
);

function spread(backend = counting(), props: Partial<SpreadProps> = {}): Chart {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend, ...props });
  return chart;
}

const setOf = (chart: Chart) => find(chart, 'StatefulSet', 'web-backend').spec;
const objects = (chart: Chart, kind: string) => Testing.synth(chart).filter((each: any) => each.kind === kind);

describe('a function with State.local', () => {
  test('is a StatefulSet of one replica, with a volume for the database', () => {
    const { replicas, template, volumeClaimTemplates: [{ metadata: { name }, spec }] } = setOf(spread());
    expect(replicas).toBe(1);
    expect(spec).toEqual({
      accessModes: ['ReadWriteOnce'], volumeMode: 'Filesystem', resources: { requests: { storage: '1Gi' } },
    });
    expect(template.spec.containers[0].volumeMounts)
      .toContainEqual({ name, mountPath: '/var/lib/metaparticle/state' });
  });

  test('tells the program where, and how large', () => {
    const config = objects(spread(), 'ConfigMap').map(({ data }: any) => data['config.json']).find(Boolean);
    expect(JSON.parse(config).state).toEqual({ kind: 'local', folder: 'STATE_FOLDER', size: 2 ** 30 });
    const { env } = setOf(spread()).template.spec.containers[0];
    expect(env).toContainEqual({ name: 'STATE_FOLDER', value: '/var/lib/metaparticle/state' });
  });

  test('may read and write that folder, and nothing else that it could not', () => {
    const { env } = setOf(spread()).template.spec.containers[0];
    const { value } = env.find(({ name }: any) => name === 'NODE_OPTIONS');
    expect(value).toContain(' --allow-fs-read=/var/lib/metaparticle/state');
    expect(value.match(/--allow-fs-write=\S+/g)).toEqual(['--allow-fs-write=/var/lib/metaparticle/state']);
  });

  test('has the engine beside its program; functions without state have the program alone, and share it', () => {
    const chart = spread();
    new Spread(chart, 'Plain', { backend: Backend.fromFunction(code) });
    new Spread(chart, 'Second', { backend: counting() });
    const programs = objects(chart, 'ConfigMap').map(({ data }: any) => Object.keys(data))
      .filter((files: string[]) => files.includes('function-server.mjs'));
    expect(programs).toEqual([['function-server.mjs', 'state-local.mjs'], ['function-server.mjs']]);
  });

  test('keeps its volume, or not, as it is told', () => {
    const state = State.local({
      size: Size.mebibytes(64), storageClass: 'fast', whenDeleted: ClaimRetention.DELETE,
    });
    const { persistentVolumeClaimRetentionPolicy, volumeClaimTemplates } = setOf(spread(counting({ state })));
    expect(persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Delete', whenScaled: 'Retain' });
    expect(volumeClaimTemplates[0].spec).toMatchObject({
      storageClassName: 'fast', resources: { requests: { storage: '64Mi' } },
    });
  });

  test('may have volumes of its own besides', () => {
    const storage = Storage.volume({ mountPath: '/data', size: Size.gibibytes(5) });
    const { volumeMounts } = setOf(spread(counting({ storage }))).template.spec.containers[0];
    expect(volumeMounts.map(({ mountPath }: any) => mountPath))
      .toEqual(expect.arrayContaining(['/data', '/var/lib/metaparticle/state']));
  });

  test('has one replica of each shard, and of each leaf', () => {
    const chart = new Chart(Testing.app(), 'shop');
    new Shard(chart, 'Rooms', { shards: 2, key: ShardKey.fromHeader('x-room'), backend: counting() });
    new ScatterGather(chart, 'All', { leaves: 2, backend: counting(), gather: Gather.all() });
    expect(objects(chart, 'StatefulSet').map(({ metadata, spec }: any) => [metadata.name, spec.replicas])).toEqual([
      ['rooms-0', 1], ['rooms-1', 1], ['all-0', 1], ['all-1', 1],
    ]);
  });

  test('rolls its pods when the size changes, which tells them how much there is', () => {
    const codeOf = (chart: Chart) => JSON.stringify(setOf(chart).template.spec.volumes);
    const larger = counting({ state: State.local({ size: Size.gibibytes(2) }) });
    expect(codeOf(spread(larger))).not.toBe(codeOf(spread()));
  });
});

const ALONE = 'and with State.local each replica would have state of its own, so that a request would find one or the other: '
  + 'have 1 replica (in a Shard, 1 of each shard), or one state for all by State.shared';

test.each<[what: string, make: () => unknown, sentence: string]>([
  ['two replicas', () => spread(counting(), { replicas: 2 }), `[shop/Web] replicas is 2, ${ALONE}`],
  [
    'scaling', () => spread(counting(), { scaling: Scaling.cpu({ max: 4 }) }), `[shop/Web] scaling is given, ${ALONE}`,
  ],
  [
    'two replicas of a shard', () => {
      const chart = new Chart(Testing.app(), 'shop');
      new Shard(chart, 'Rooms', { shards: 2, replicas: 2, key: ShardKey.fromHeader('x'), backend: counting() });
    }, `[shop/Rooms] replicas is 2, ${ALONE}`,
  ],
  [
    'a size of nothing', () => spread(counting({ state: State.local({ size: Size.mebibytes(0) }) })),
    '[shop/Web] state.size is 0: it must be larger than nothing',
  ],
  [
    'a size that is too small', () => spread(counting({ state: State.local({ size: Size.kibibytes(100) }) })),
    '[shop/Web] state.size is 102400 bytes: a database needs 16 MiB or more, which is Size.mebibytes(16)',
  ],
  [
    'a size that is too large', () => spread(counting({ state: State.local({ size: Size.pebibyte(9) }) })),
    'state.size is more than 8 PiB: give less',
  ],
  [
    'a StorageClass that is no name',
    () => spread(counting({ state: State.local({ size: Size.gibibytes(1), storageClass: 'a b' }) })),
    "state.storageClass is 'a b', which is no name of an object",
  ],
  [
    'a volume where the database is', () => spread(counting({
      storage: Storage.volume({ mountPath: '/var/lib/metaparticle/state', size: Size.gibibytes(1) }),
    })),
    "storage names '/var/lib/metaparticle/state'",
  ],
  [
    'an option of Deployments', () => spread(counting({ pods: { progressDeadline: Duration.minutes(5) } })),
    '[shop/Web] pods.progressDeadline and state are both given, and a StatefulSet has no such thing',
  ],
  [
    'a variable that says where the database is', () => spread(counting({ env: { STATE_FOLDER: EnvValue.fromValue('/') } })),
    "[shop/Web] env sets 'STATE_FOLDER', which the pattern sets itself: use another name",
  ],
  [
    'a variable that says which replica it is', () => spread(counting({ env: { REPLICA: EnvValue.fromValue('1') } })),
    "[shop/Web] env sets 'REPLICA', which the pattern sets itself: use another name",
  ],
])('%s is refused with a sentence', (_, make, sentence) => {
  expect(make).toThrow(sentence);
});
