import { statefulSet } from './manifests';
import { StatefulSet } from '../../src/local/manifests/workload';
import { Pod } from '../../src/local/pods/pod';
import { PodPlan } from '../../src/local/pods/pod-plan';
import { StatefulSetController } from '../../src/local/pods/stateful-set';

type Spec = Partial<StatefulSet['spec']>;

/** A pod that is no more than its state. */
class FakePod {
  public readonly namespace = 'default';
  public readonly name: string;
  public readonly revision: string;
  public readonly image: string;
  public phase = 'Running';
  public ready = false;
  public readySince?: number;

  public constructor({ name, revision, spec }: PodPlan) {
    this.name = name;
    this.revision = revision;
    this.image = spec.containers[0].image;
  }

  public get terminating(): boolean { return this.phase !== 'Running'; }
}

/** A controller and its pods, which become ready, end and are gone only when the test says so. */
class Set {
  public readonly controller: StatefulSetController;
  public readonly deletedClaims: string[] = [];
  private replicas: number;
  private deleted = false;

  public constructor(replicas: number, private readonly spec: Spec = {}) {
    this.replicas = replicas;
    this.controller = new StatefulSetController(this.version('v1'), {
      replicas: () => this.replicas,
      create: (plan) => new FakePod(plan) as unknown as Pod,
      remove: (pod) => {
        Object.assign(pod, { phase: 'Terminating', ready: false, readySince: undefined });
        this.controller.reconcile();
      },
      isDeleted: () => this.deleted,
      deleteClaim: (namespace, name) => this.deletedClaims.push(`${namespace}/${name}`),
      changed: () => {},
    });
    this.controller.reconcile();
  }

  public version(image: string, spec: Spec = {}): StatefulSet {
    return statefulSet('db', { container: { image }, spec: { ...this.spec, ...spec } });
  }

  /** What there is: `0 v1` ready, `0 v1?` not ready yet, `0 v1-` ending. */
  public get state(): string[] {
    return this.pods.map((pod) => `${pod.name.slice(3)} ${pod.image}${pod.terminating ? '-' : pod.ready ? '' : '?'}`);
  }

  public ready(...ordinals: number[]): this {
    for (const each of ordinals) Object.assign(this.pod(each), { ready: true, readySince: 0 });
    this.controller.reconcile();
    return this;
  }

  public fail(ordinal: number): this {
    Object.assign(this.pod(ordinal), { ready: false, readySince: undefined });
    this.controller.reconcile();
    return this;
  }

  /** Ends a pod, as `kubectl delete pod --force` does. */
  public delete(ordinal: number): this {
    Object.assign(this.pod(ordinal), { phase: 'Terminating', ready: false, readySince: undefined });
    this.controller.reconcile();
    return this.gone(ordinal);
  }

  public gone(...ordinals: number[]): this {
    for (const each of ordinals) this.pod(each).phase = 'Gone';
    this.controller.reconcile();
    return this;
  }

  public update(image: string, spec: Spec = {}): this {
    this.controller.update(this.version(image, spec));
    return this;
  }

  public scale(replicas: number): this {
    this.replicas = replicas;
    this.controller.reconcile();
    return this;
  }

  /** Takes the object away. */
  public remove(): this {
    this.deleted = true;
    return this.scale(0);
  }

  private pod(ordinal: number): FakePod {
    return this.pods.find(({ name }) => name === `db-${ordinal}`)!;
  }

  private get pods(): FakePod[] { return this.controller.pods as unknown as FakePod[]; }
}

const inParallel = { podManagementPolicy: 'Parallel' };

// As Kubernetes' controller: pkg/controller/statefulset/stateful_set_control.go.
describe('in order', () => {
  test('each pod is made when all before it are ready', () => {
    const set = new Set(3);
    expect(set.state).toEqual(['0 v1?']);
    expect(set.ready(0).state).toEqual(['0 v1', '1 v1?']);
    expect(set.fail(0).ready(1).state).toEqual(['0 v1?', '1 v1']);
    expect(set.ready(0).state).toEqual(['0 v1', '1 v1', '2 v1?']);
    expect(set.controller.complete).toBe(false);
    expect(set.ready(2).controller.complete).toBe(true);
  });

  test('pods that are too many end one at a time, from the highest number down', () => {
    const set = new Set(4).ready(0).ready(1).ready(2).ready(3).scale(1);
    expect(set.state).toEqual(['0 v1', '1 v1', '2 v1', '3 v1-']);
    expect(set.gone(3).state).toEqual(['0 v1', '1 v1', '2 v1-']);
    expect(set.gone(2).gone(1).state).toEqual(['0 v1']);
  });

  test('no pod ends for a smaller number while one that stays is not ready', () => {
    const set = new Set(3).ready(0).ready(1).ready(2).fail(0).scale(2);
    expect(set.state).toEqual(['0 v1?', '1 v1', '2 v1']);
    expect(set.ready(0).state).toEqual(['0 v1', '1 v1', '2 v1-']);
  });

  test('of pods that are too many one that is not ready ends only after the unready ones before it', () => {
    const set = new Set(3).ready(0).ready(1).ready(2).fail(1).fail(2).scale(0);
    expect(set.state).toEqual(['0 v1', '1 v1?', '2 v1?']);
    expect(set.ready(1).state).toEqual(['0 v1', '1 v1', '2 v1-']);
  });

  test('a rollout that is stuck at a broken pod stays stuck when it is undone, until that pod is deleted', () => {
    const set = new Set(2).ready(0).ready(1).update('broken').gone(1);
    expect(set.state).toEqual(['0 v1', '1 broken?']);
    expect(set.update('v1').state).toEqual(['0 v1', '1 broken?']);
    expect(set.controller.complete).toBe(false);
    expect(set.delete(1).state).toEqual(['0 v1', '1 v1?']);
    expect(set.ready(1).controller.complete).toBe(true);
  });
});

describe('in parallel', () => {
  test('all pods are made at once, and end at once', () => {
    const set = new Set(3, inParallel);
    expect(set.state).toEqual(['0 v1?', '1 v1?', '2 v1?']);
    expect(set.scale(1).state).toEqual(['0 v1?', '1 v1-', '2 v1-']);
    expect(set.scale(2).state).toEqual(['0 v1?', '1 v1-', '2 v1-']);
    expect(set.gone(2).gone(1).state).toEqual(['0 v1?', '1 v1?']);
  });

  test('a rollout that is stuck at a broken pod ends when it is undone', () => {
    const set = new Set(3, inParallel).ready(0, 1, 2).update('broken').gone(2);
    expect(set.state).toEqual(['0 v1', '1 v1', '2 broken?']);
    expect(set.update('v1').state).toEqual(['0 v1', '1 v1', '2 broken-']);
    expect(set.gone(2).ready(2).state).toEqual(['0 v1', '1 v1', '2 v1']);
    expect(set.controller.complete).toBe(true);
  });
});

describe.each([['in order', {}], ['in parallel', inParallel]])('a rollout of pods that are made %s', (_, policy) => {
  test('goes from the highest number down, one pod at a time, each gone before its successor is made', () => {
    const set = new Set(3, policy).ready(0).ready(1).ready(2).update('v2');
    expect(set.state).toEqual(['0 v1', '1 v1', '2 v1-']);
    expect(set.gone(2).state).toEqual(['0 v1', '1 v1', '2 v2?']);
    expect(set.ready(2).state).toEqual(['0 v1', '1 v1-', '2 v2']);
    expect(set.controller.complete).toBe(false);
    set.gone(1).ready(1).gone(0).ready(0);
    expect([set.state, set.controller.complete]).toEqual([['0 v2', '1 v2', '2 v2'], true]);
  });

  test('stops at the partition: pods below it come back old, those above it new', () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } };
    const set = new Set(3, { ...policy, updateStrategy }).ready(0).ready(1).ready(2).update('v2').gone(2).ready(2);
    expect([set.state, set.controller.complete]).toEqual([['0 v1', '1 v1', '2 v2'], true]);
    expect(set.delete(0).ready(0).delete(2).state).toEqual(['0 v1', '1 v1', '2 v2?']);
  });

  // An API server writes a partition of 0 into a strategy without a type, and into one with a type alone it does not.
  test.each([
    ['a strategy of a type alone comes back old', { type: 'RollingUpdate' }, 'v1'],
    ['no strategy comes back new', undefined, 'v2'],
  ])('has not been at a pod that is deleted: with %s', (__, updateStrategy, image) => {
    const set = new Set(3, { ...policy, updateStrategy }).ready(0).ready(1).ready(2).update('v2').gone(2);
    expect(set.delete(0).state[0]).toBe(`0 ${image}?`);
  });

  test('waits until each new pod has been ready for minReadySeconds', () => {
    const set = new Set(2, { ...policy, minReadySeconds: 3600 }).ready(0).ready(1).update('v2').gone(1);
    Object.assign(set.controller.pods[1], { ready: true, readySince: Date.now() });
    set.controller.reconcile();
    expect(set.state).toEqual(['0 v1', '1 v2']);
    expect(set.ready(1).state).toEqual(['0 v1-', '1 v2']);
    set.controller.stop();
  });

  test('with OnDelete replaces what is deleted alone', () => {
    const set = new Set(2, { ...policy, updateStrategy: { type: 'OnDelete' } }).ready(0).ready(1).update('v2');
    expect([set.state, set.controller.complete]).toEqual([['0 v1', '1 v1'], true]);
    expect(set.delete(0).state).toEqual(['0 v2?', '1 v1']);
  });
});

test('numbers begin where ordinals.start says: those below it end, those above it are made', () => {
  const set = new Set(2, inParallel).ready(0, 1).update('v1', { ordinals: { start: 1 } });
  expect(set.state).toEqual(['0 v1-', '1 v1', '2 v1?']);
});

describe('claims of a pod', () => {
  const whenScaled = { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } };

  test('stay where there are to be fewer pods', () => {
    expect(new Set(2, inParallel).scale(1).gone(1).deletedClaims).toEqual([]);
  });

  test('go with it where whenScaled says so and there are to be fewer pods', () => {
    const set = new Set(2, { ...inParallel, ...whenScaled }).scale(1);
    expect(set.deletedClaims).toEqual([]);
    expect(set.gone(1).deletedClaims).toEqual(['default/data-db-1']);
  });

  test('stay where the pod is replaced or deleted, whatever whenScaled says', () => {
    const set = new Set(1, whenScaled).ready(0).update('v2').gone(0).ready(0).delete(0);
    expect([set.state, set.deletedClaims]).toEqual([['0 v2?'], []]);
  });

  test('stay with a StatefulSet that is deleted, whatever whenScaled says', () => {
    expect(new Set(1, { ...inParallel, ...whenScaled }).remove().gone(0).deletedClaims).toEqual([]);
  });

  test('go with it where whenDeleted says so: all that its pods have ever had, when the last pod is gone', () => {
    const retention = { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } };
    const set = new Set(3, { ...inParallel, ...retention }).scale(2).gone(2).remove().gone(1);
    expect(set.deletedClaims).toEqual([]);
    expect(set.gone(0).deletedClaims.sort()).toEqual(['default/data-db-0', 'default/data-db-1', 'default/data-db-2']);
  });
});
