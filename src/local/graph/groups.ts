import { append } from './append';
import { Known, Templated } from './kinds';
import type { PodSpec } from '../manifests/kube';
import { selectorMatches, Selector } from '../manifests/workload';

/** Pods that are made of one object. */
export interface Group {
  readonly id: string;
  readonly object: Known<Templated>;
  readonly namespace: string;
  /** Of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Partial<PodSpec>;
}

/** All groups, to be found by their labels: with one look through all for each selector, time would grow squared. */
export class Groups {
  public readonly all: readonly Group[];
  private readonly labelled = new Map<string, Group[]>();
  private readonly namespaceLabels = new Map<string, Record<string, string>>();

  public constructor(objects: readonly Known[]) {
    this.all = objects.flatMap((object) => groupOf(object) ?? []);
    for (const group of this.all) {
      for (const [name, value] of Object.entries(group.labels)) append(this.labelled, `${name}=${value}`, group);
    }
    for (const { type, metadata } of objects) {
      if (type === '/Namespace') this.namespaceLabels.set(metadata.name, metadata.labels ?? {});
    }
  }

  /** The groups that a selector names, in the namespaces that another one names. */
  public matching(selector: Selector, isIn: (namespace: string) => boolean): Group[] {
    const byLabel = Object.entries(selector.matchLabels ?? {}).map(
      ([name, value]) => this.labelled.get(`${name}=${value}`) ?? [],
    );
    const fewest = byLabel.reduce<readonly Group[]>((a, b) => b.length < a.length ? b : a, this.all);
    return fewest.filter(({ labels, namespace }) => isIn(namespace) && selectorMatches(selector, labels));
  }

  /** Does a selector of namespaces name this one? */
  public namespaceMatches(selector: Selector, namespace: string): boolean {
    const labels = { ...this.namespaceLabels.get(namespace), 'kubernetes.io/metadata.name': namespace };
    return selectorMatches(selector, labels);
  }
}

function groupOf(object: Known): Group | undefined {
  const template = templateOf(object);
  return template && {
    id: `${object.kind}/${object.namespace}/${object.metadata.name}`,
    object,
    namespace: object.namespace,
    labels: template.metadata?.labels ?? {},
    pod: template.spec ?? {},
  };
}

function templateOf({ type, metadata, spec }: Known): Templated['template'] {
  if (type === '/Pod') return { metadata, spec };
  if (type === 'batch/CronJob') return spec.jobTemplate?.spec?.template ?? {};
  return /^(?:apps|batch)\//.test(type) ? spec.template ?? {} : undefined;
}
