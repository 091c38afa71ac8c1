/** The kinds that run pods; where one of them is called a deployment here, another is treated the same. */
export const WORKLOADS = ['Deployment', 'StatefulSet'];

/** The objects of manifests, and what of them selects what. */
export class Objects {
  public constructor(public readonly all: readonly any[]) {}

  public ofKind(kind: string): any[] {
    return this.all.filter((object) => object.kind === kind);
  }

  /** What runs pods. */
  public workloads(): any[] {
    return WORKLOADS.flatMap((kind) => this.ofKind(kind));
  }

  public find(kind: string, name: string, namespace: string): any {
    return this.ofKind(kind).find((object) => object.metadata.name === name && namespaceOf(object) === namespace);
  }

  /**
   * The workloads whose pods have the labels. An empty selector selects all, as in Kubernetes; a missing one none.
   */
  public selected(selector: any, namespace: string | undefined): any[] {
    return this.workloads().filter((deployment) => (
      (namespace === undefined || namespaceOf(deployment) === namespace)
      && selector !== undefined && matches(selector, podLabels(deployment))
    ));
  }

  /** The workloads whose pods a NetworkPolicy's peer selects, seen from a namespace. */
  public peers(peer: any, from: string): any[] {
    if (peer.ipBlock) return [];
    const name = peer.namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'];
    return this.selected(peer.podSelector?.matchLabels ?? {}, peer.namespaceSelector ? name : from);
  }

  /** The files that a container of a workload has of ConfigMaps: names and texts. */
  public filesIn({ volumeMounts = [] }: any, deployment: any): [string, string][] {
    const mounted = new Set(volumeMounts.map(({ name }: any) => name));
    const volumes: any[] = deployment.spec.template.spec.volumes ?? [];
    return volumes.filter(({ name, configMap }) => configMap && mounted.has(name))
      .map(({ configMap }) => this.find('ConfigMap', configMap.name, namespaceOf(deployment)))
      .flatMap((configMap) => Object.entries<string>(configMap?.data ?? {}));
  }
}

export const namespaceOf = (object: any): string => object.metadata.namespace ?? '';
export const titleOf = (object: any): string => `${object.kind} ${object.metadata.name}`;
export const podLabels = (deployment: any): Record<string, string> => deployment.spec.template.metadata.labels;
export const containersOf = (deployment: any): any[] => {
  const { containers, initContainers = [] } = deployment.spec.template.spec;
  return [...initContainers, ...containers];
};

/** Whether the pods take connections at a port, given by number or by name. */
export function hasPort(deployment: any, port: number | string): boolean {
  return containersOf(deployment).some(({ ports = [] }) => (
    ports.some(({ name, containerPort }: any) => port === name || port === containerPort)
  ));
}

function matches(selector: Record<string, string>, labels: Record<string, string>): boolean {
  return Object.entries(selector).every(([label, value]) => labels[label] === value);
}

/** Complains of a selector that is not for the pods of one workload. */
export function one(object: any, selector: any, objects: Objects): string[] {
  const selected = objects.selected(selector.matchLabels ?? {}, namespaceOf(object));
  return selected.length === 1 ? [] : [`${titleOf(object)}: it is for the pods of ${list(selected)}`];
}

export function list(objects: any[]): string {
  return objects.length ? objects.map(titleOf).join(' and ') : 'nothing';
}

/** Whether a pattern made it; others are as they were before. */
export function isOurs({ metadata }: any): boolean {
  return metadata.labels?.['app.kubernetes.io/managed-by'] === 'cdk8s';
}
