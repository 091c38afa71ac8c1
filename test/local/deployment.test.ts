import { server } from './manifests';
import { Deployment } from '../../src/local/manifests/workload';
import { DeploymentController } from '../../src/local/pods/deployment';
import { Pod } from '../../src/local/pods/pod';

type Strategy = { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };

/**
 * A controller whose pods are made of a few fields; those of a template with the image `broken` never become ready.
 */
class Rollout {
  public readonly controller: DeploymentController;

  public constructor(private readonly replicas: number, private readonly rollingUpdate: Strategy = {}) {
    this.controller = new DeploymentController(this.version('v1'), {
      replicas: ({ spec }) => spec.replicas!,
      create: ({ spec, revision }) => {
        const { image } = spec.containers[0];
        const state = image === 'broken' ? { ready: false } : { ready: true, readySince: 0 };
        return { image, revision, phase: 'Running', terminating: false, ...state } as unknown as Pod;
      },
      remove: (pod) => Object.assign(pod, { terminating: true, phase: 'Gone' }),
      isDeleted: () => false,
      deleteClaim: () => {},
      changed: () => {},
    });
    this.controller.reconcile();
  }

  public version(image: string, replicas = this.replicas): Deployment {
    return server(
      'web', { replicas, container: { image }, spec: { strategy: { rollingUpdate: this.rollingUpdate } } },
    );
  }

  /** Lets the first pod of an image fail. */
  public fail(image: string): void {
    Object.assign(this.living.find((pod) => pod.image === image)!, { ready: false, readySince: undefined });
    this.controller.reconcile();
  }

  /** Deletes the first pod of an image. */
  public delete(image: string): void {
    Object.assign(this.living.find((pod) => pod.image === image)!, { terminating: true, phase: 'Gone' });
    this.controller.reconcile();
  }

  /** How many pods there are of each image. */
  public get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { image } of this.living) counts[image] = (counts[image] ?? 0) + 1;
    return counts;
  }

  private get living(): { image: string }[] {
    return this.controller.pods.filter((pod) => !pod.terminating) as unknown as { image: string }[];
  }
}

// As Kubernetes' deployment controller counts: pkg/controller/deployment/rolling.go.
test.each<[number, Strategy, Record<string, number>]>([
  [1, {}, { v1: 1, broken: 1 }],
  [2, { maxUnavailable: 0 }, { v1: 2, broken: 1 }],
  [3, {}, { v1: 3, broken: 1 }],
  [4, {}, { v1: 3, broken: 2 }],
  [10, {}, { v1: 8, broken: 5 }],
  [4, { maxSurge: 0, maxUnavailable: 1 }, { v1: 3, broken: 1 }],
  [4, { maxSurge: 0, maxUnavailable: 0 }, { v1: 3, broken: 1 }],
  [4, { maxSurge: '100%', maxUnavailable: 0 }, { v1: 4, broken: 4 }],
  [2, { maxSurge: 0, maxUnavailable: '100%' }, { broken: 2 }],
])('of %d replicas with %j a rollout of broken pods stops at %j', (replicas, strategy, counts) => {
  const rollout = new Rollout(replicas, strategy);
  rollout.controller.update(rollout.version('broken'));
  expect(rollout.counts).toEqual(counts);
});

test('a stuck rollout keeps an old pod that fails, because its own new pods are not available either', () => {
  const rollout = new Rollout(4);
  rollout.controller.update(rollout.version('broken'));
  rollout.fail('v1');
  expect(rollout.counts).toEqual({ v1: 3, broken: 2 });
});

test('a rollout takes away old pods that have failed, before old pods that serve', () => {
  const rollout = new Rollout(4, { maxSurge: 0, maxUnavailable: 1 });
  rollout.fail('v1');
  rollout.controller.update(rollout.version('broken'));
  expect(rollout.counts).toEqual({ v1: 3, broken: 1 });
  expect(rollout.controller.pods.filter(({ ready }) => ready).length).toBe(3);
});

test('an old pod that is deleted while a rollout is stuck comes back as the old version', () => {
  const rollout = new Rollout(4);
  rollout.controller.update(rollout.version('broken'));
  rollout.delete('v1');
  expect(rollout.counts).toEqual({ v1: 3, broken: 2 });
});

test('a stuck rollout that is undone goes back to the old pods that are left', () => {
  const rollout = new Rollout(4);
  const [oldest] = rollout.controller.pods;
  rollout.controller.update(rollout.version('broken'));
  rollout.controller.update(rollout.version('v1'));
  expect(rollout.counts).toEqual({ v1: 4 });
  expect([rollout.controller.complete, rollout.controller.pods[0]]).toEqual([true, oldest]);
});

test('a stuck rollout that is followed by a better one ends', () => {
  const rollout = new Rollout(10);
  rollout.controller.update(rollout.version('broken'));
  rollout.controller.update(rollout.version('v2'));
  expect(rollout.counts).toEqual({ v2: 10 });
});
