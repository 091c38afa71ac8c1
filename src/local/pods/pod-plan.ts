import { randomInt } from 'node:crypto';
import { PodSpec } from '../manifests/kube';
import { Deployment, PodTemplate, StatefulSet, statefulPodSpec, Workload } from '../manifests/workload';

/** A version of a workload's template. */
export interface Version {
  /** What it is called in the names and labels of its pods. */
  readonly revision: string;
  readonly template: PodTemplate;
}

/** What a workload's controller wants a pod to be. */
export interface PodPlan extends Version {
  readonly workload: Workload;
  /** What no other pod of this machine is called, now or later, in whatever cluster. */
  readonly id: string;
  readonly name: string;
  readonly labels: Record<string, string>;
  readonly spec: PodSpec;
}

/** A pod of a Deployment: any name will do, as long as no other pod has it. */
export function deploymentPod(workload: Deployment, version: Version): PodPlan {
  const { revision, template } = version;
  const name = `${workload.metadata.name}-${revision}-${random()}`;
  return {
    ...version,
    workload,
    id: name,
    name,
    labels: { ...template.metadata?.labels, 'pod-template-hash': revision },
    spec: template.spec,
  };
}

/** The pod of a StatefulSet with this number, which its name, its labels and its claims tell. */
export function statefulPod(workload: StatefulSet, version: Version, ordinal: number): PodPlan {
  const { revision, template } = version;
  const name = `${workload.metadata.name}-${ordinal}`;
  return {
    ...version,
    workload,
    id: `${name}-${random()}`,
    name,
    labels: {
      ...template.metadata?.labels,
      'controller-revision-hash': `${workload.metadata.name}-${revision}`,
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(ordinal),
    },
    spec: statefulPodSpec(workload, template, name),
  };
}

function random(): string {
  return Array.from({ length: 5 }, () => 'bcdfghjklmnpqrstvwxz2456789'[randomInt(27)]).join('');
}
