import { isIP } from 'node:net';
import { append } from './append';
import type { Group, Groups } from './groups';
import type { Known, ServiceSpec } from './kinds';
import { portNumber } from '../manifests/kube';

/** What stands behind the name and port of a host. */
export interface Destination {
  readonly namespace: string;
  readonly name: string;
  readonly groups: readonly Group[];
  /** The Service of that name, if the manifests have it. */
  readonly service?: Known<ServiceSpec>;
}

/** The Services of the manifests, and which groups they lead to. */
export class Services {
  private readonly services = new Map<string, Known<ServiceSpec>>();
  private readonly leads = new Map<Known, readonly Group[]>();
  private readonly leadTo = new Map<Group, Known<ServiceSpec>[]>();

  public constructor(objects: readonly Known[], groups: Groups) {
    for (const object of objects) {
      if (object.type !== '/Service') continue;
      this.services.set(`${object.namespace}/${object.metadata.name}`, object);
      const { selector } = object.spec;
      const isHere = (namespace: string) => namespace === object.namespace;
      // A Service without a selector leads to no pods of its own accord, one with an empty one neither.
      const led = Object.keys(selector ?? {}).length > 0
        ? groups.matching({ matchLabels: selector }, isHere)
        : [];
      this.leads.set(object, led);
      for (const group of led) append(this.leadTo, group, object);
    }
  }

  public named(namespace: string, name: string): Destination {
    const service = this.services.get(`${namespace}/${name}`);
    return { namespace, name, groups: (service && this.leads.get(service)) ?? [], service };
  }

  /**
   * What a host name means to pods of a namespace; undefined where it is none of the cluster. `users`,
   * `users.shop`, `users.shop.svc`, `users.shop.svc.cluster.local`, and the same behind the name of a pod.
   */
  public at(host: string, namespace: string): Destination | undefined {
    if (isIP(host)) return undefined;
    const parts = host.replace(/\.$/, '').split('.');
    const svc = parts.indexOf('svc');
    if (svc === 2 || svc === 3) return this.named(parts[svc - 1], parts[svc - 2]);
    if (parts.length === 1) return this.named(namespace, host);
    const found = parts.length === 2 ? this.named(parts[1], parts[0]) : undefined;
    return found?.service && found;
  }

  /** The ports of a group's pods that its Services lead to. */
  public portsOf(group: Group): Set<number | string> {
    const ports = this.of(group).flatMap(({ spec }) => spec.ports ?? []);
    return new Set(ports.map(({ port, targetPort }) => podPort(group, targetPort ?? port)));
  }

  /** The Services that lead to a group. */
  public of(group: Group): readonly Known<ServiceSpec>[] {
    return this.leadTo.get(group) ?? [];
  }
}

/** The number of a port of a group's pods; its name where no container declares it. */
export function podPort({ pod }: Group, port: number | string): number | string {
  return portNumber({ ...pod, containers: pod.containers ?? [] }, port) ?? port;
}
