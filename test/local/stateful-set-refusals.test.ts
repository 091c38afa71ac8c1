import { program, statefulSet } from './manifests';
import { ObjectStore } from '../../src/local/manifests/object-store';
import { readObjects } from '../../src/local/manifests/read-objects';
import { refuseChanges, refuseObjects } from '../../src/local/manifests/refusals';
import { LocalCluster } from '../../src/local/testing';

const read = (spec: object, name = 'db') => readObjects([program, statefulSet(name, { spec })]).objects;
const template = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

test.each<[string, object, string]>([
  ['a policy of another name', { podManagementPolicy: 'parallel' }, 'StatefulSet db: podManagementPolicy is "parallel": give OrderedReady or Parallel'],
  ["a Deployment's strategy", { updateStrategy: { type: 'Recreate' } }, 'StatefulSet db: updateStrategy.type is "Recreate": give RollingUpdate or OnDelete'],
  [
    'a retention of another name',
    { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Keep' } },
    'StatefulSet db: persistentVolumeClaimRetentionPolicy.whenScaled is "Keep": give Retain or Delete',
  ],
  ['numbers below 0', { ordinals: { start: -1 } }, 'StatefulSet db: ordinals.start is -1: give a whole number, 0 or more'],
  [
    'a partition below 0',
    { updateStrategy: { rollingUpdate: { partition: -1 } } },
    'StatefulSet db: updateStrategy.rollingUpdate.partition is -1: give a whole number, 0 or more',
  ],
  ['fewer pods than none', { replicas: -1 }, 'StatefulSet db: replicas is -1: give a whole number, 0 or more'],
  ['a partition in percent', { updateStrategy: { rollingUpdate: { partition: '50%' } } }, 'StatefulSet db: spec.updateStrategy.rollingUpdate.partition is "50%": give a whole number'],
  [
    'two claim templates of one name',
    { volumeClaimTemplates: [template('data'), template('data')] },
    'StatefulSet db has two claim templates named data: give one of them another name',
  ],
  [
    'a claim template without a name',
    { volumeClaimTemplates: [{ spec: {} }] },
    'StatefulSet db: the name of a claim template is "": give up to 63 lower-case letters, digits and -',
  ],
  [
    'a claim template that leads out of its folder',
    { volumeClaimTemplates: [template('../data')] },
    'StatefulSet db: the name of a claim template is "../data": give up to 63 lower-case letters, digits and -',
  ],
  [
    'a claim template without access modes',
    { volumeClaimTemplates: [template('data', { accessModes: [] })] },
    'StatefulSet db: claim template data has no accessModes: give one, as in [ReadWriteOnce]',
  ],
  [
    'a claim template without a size',
    { volumeClaimTemplates: [template('data', { resources: {} })] },
    'StatefulSet db: claim template data says no size: give resources.requests.storage',
  ],
  [
    'a mount of no claim template',
    { volumeClaimTemplates: [] },
    'StatefulSet db, container server mounts volume data, which the pod does not have: add it under volumes',
  ],
])('%s is refused', (_, spec, sentence) => {
  const refuse = () => {
    const objects = read(spec);
    refuseObjects(objects, new ObjectStore(objects));
  };
  expect(refuse).toThrow(sentence);
});

test('a name that leaves no room in the labels of pods is refused', () => {
  const objects = read({}, 'd'.repeat(53));
  expect(() => refuseObjects(objects, new ObjectStore(objects))).toThrow(
    `StatefulSet ${'d'.repeat(53)}: metadata.name is "${'d'.repeat(53)}": give up to 52 lower-case letters, digits and -`,
  );
});

const forbidden = (property: string) => `StatefulSet db: ${property} is another one than before, and Kubernetes lets no `
  + 'StatefulSet change it: leave it as it was, or delete the StatefulSet first; its claims stay';

test.each<[string, object, string]>([
  ['serviceName', { serviceName: 'other' }, forbidden('serviceName')],
  ['podManagementPolicy', { podManagementPolicy: 'Parallel' }, forbidden('podManagementPolicy')],
  ['volumeClaimTemplates', { volumeClaimTemplates: [template('data', { storageClassName: 'fast' })] }, forbidden('volumeClaimTemplates')],
])('%s may not change', (_, spec, sentence) => {
  expect(() => refuseChanges(read(spec), new ObjectStore(read({})))).toThrow(sentence);
});

test('what is left out may be written as what it stands for, and the rest may change', () => {
  const before = new ObjectStore(read({}));
  expect(() => refuseChanges(read({ podManagementPolicy: 'OrderedReady', replicas: 3, minReadySeconds: 1 }), before)).not.toThrow();
});

test('a StatefulSet that may not change is left as it was', async () => {
  await using cluster = await LocalCluster.start([program, statefulSet('db')]);
  await expect(cluster.apply(statefulSet('db', { replicas: 2, spec: { serviceName: 'other' } }))).rejects.toThrow(forbidden('serviceName'));
  expect(cluster.pods('db').map(({ name }) => name)).toEqual(['db-0']);
});
