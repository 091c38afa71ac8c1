import { KubeObject, labelsMatch, Metadata, PodSpec } from './kube';

/** An object that pods are made of. */
export type Workload = Deployment | StatefulSet;

interface WorkloadSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector: Selector;
  readonly template: PodTemplate;
}

export interface Deployment extends KubeObject {
  readonly kind: 'Deployment';
  readonly spec: WorkloadSpec & {
    readonly strategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxSurge?: number | string; readonly maxUnavailable?: number | string };
    };
  };
}

export interface StatefulSet extends KubeObject {
  readonly kind: 'StatefulSet';
  readonly spec: WorkloadSpec & {
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly ordinals?: { readonly start?: number };
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number };
    };
    readonly volumeClaimTemplates?: readonly ClaimTemplate[];
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
  };
}

/** What a claim of each pod is made of. */
export interface ClaimTemplate {
  readonly metadata?: Partial<Metadata>;
  readonly spec?: {
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: Record<string, number | string> };
  };
}

export interface Selector {
  readonly matchLabels?: Record<string, string>;
  readonly matchExpressions?: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface PodTemplate {
  readonly metadata?: Partial<Metadata>;
  readonly spec: PodSpec;
}

/** Are pods made of this object? */
export function isWorkload(object: KubeObject): object is Workload {
  return object.kind === 'Deployment' || object.kind === 'StatefulSet';
}

/** Does a workload's selector match these labels? */
export function selectorMatches(selector: Selector | undefined, labels: Record<string, string> = {}): boolean {
  if (!labelsMatch(selector?.matchLabels ?? {}, labels)) return false;
  return (selector?.matchExpressions ?? []).every(({ key, operator, values }) => {
    switch (operator) {
      case 'In': return values?.includes(labels[key]) ?? false;
      case 'NotIn': return !(values?.includes(labels[key]));
      case 'Exists': return key in labels;
      case 'DoesNotExist': return !(key in labels);
      default: return false;
    }
  });
}

/** What a pod's claim of a template is called. */
export function claimName(template: ClaimTemplate, pod: string): string {
  return `${template.metadata!.name}-${pod}`;
}

/** The spec of a StatefulSet's pod of this name: it has a name in DNS, and a volume for each claim template. */
export function statefulPodSpec({ spec }: StatefulSet, template: PodTemplate, pod: string): PodSpec {
  const claims = (spec.volumeClaimTemplates ?? []).map((each) => ({
    name: each.metadata!.name!, persistentVolumeClaim: { claimName: claimName(each, pod) },
  }));
  // As in Kubernetes, a claim takes the place of a volume of its name.
  const others = (template.spec.volumes ?? []).filter(({ name }) => claims.every((claim) => claim.name !== name));
  return { ...template.spec, hostname: pod, subdomain: spec.serviceName, volumes: [...claims, ...others] };
}
