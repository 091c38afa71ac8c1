import { namespaceOf } from './manifests/kube';
import { ObjectStore } from './manifests/object-store';
import { Workload } from './manifests/workload';
import { DeploymentController } from './pods/deployment';
import { Pod } from './pods/pod';
import { StatefulSetController } from './pods/stateful-set';
import { WorkloadController, WorkloadHost } from './pods/workload-controller';

/** The workloads of a cluster: a controller for each that is in the store, and for each that still has pods. */
export class Workloads {
  private readonly controllers = new Map<string, WorkloadController>();

  public constructor(
    private readonly store: ObjectStore, private readonly host: Omit<WorkloadHost, 'replicas' | 'isDeleted'>,
  ) {}

  public all(): WorkloadController[] {
    return [...this.controllers.values()];
  }

  /** All pods, those that are ending included. */
  public pods(): Pod[] {
    return this.all().flatMap((each) => each.pods);
  }

  /** Is it still on the way to having all its pods for the first time? */
  public isStarting(workload: Workload): boolean {
    return this.controllers.get(keyOf(workload))?.isStarting ?? false;
  }

  /**
   * Starts those that are new in the store, and lets the others become what they are there.
   * @param hold names of those not to start yet.
   */
  public update(hold: readonly string[]): void {
    for (const workload of this.store.workloads()) {
      const known = this.controllers.get(keyOf(workload));
      if (known) {
        known.update(workload);
        continue;
      }
      const controller = this.controllerFor(workload);
      this.controllers.set(keyOf(workload), controller);
      controller.held = hold.includes(workload.metadata.name);
      controller.reconcile();
    }
  }

  /** Something has changed of a workload or its pods: takes the next steps. Answers who takes them. */
  public reconcile(workload: Workload): WorkloadController | undefined {
    const controller = this.controllers.get(keyOf(workload));
    controller?.reconcile();
    if (controller && !this.store.has(workload) && controller.pods.length === 0) {
      controller.stop();
      this.controllers.delete(keyOf(workload));
    }
    return controller;
  }

  private controllerFor(workload: Workload): WorkloadController {
    const host: WorkloadHost = {
      ...this.host,
      replicas: (each) => this.store.replicas(each),
      isDeleted: (each) => !this.store.has(each),
    };
    return workload.kind === 'Deployment'
      ? new DeploymentController(workload, host)
      : new StatefulSetController(workload, host);
  }
}

function keyOf(workload: Workload): string {
  return `${workload.kind}/${namespaceOf(workload)}/${workload.metadata.name}`;
}
