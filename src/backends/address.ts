import { isIP } from 'net';
import { ApiObject, Chart } from 'cdk8s';
import type { Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { Group } from '../manifests/group';
import type { IEndpoint } from '../platform/endpoint';
import type { IService } from '../platform/plus-objects';
import type { Protocol } from '../platform/protocol';

/** Where a group of ours answers. */
export function addressOf(group: Group<Service | ApiObject>, replicas: number): BackendAddress {
  const { service, headless, port, podsPort, podsPortName } = group;
  return {
    host: hostOf(service),
    podsHost: hostOf(headless),
    port,
    ...podsPort !== port && { podsPort },
    podsPortName,
    replicas,
  };
}

/** Which shard of which Shard answers at an address. */
export interface ShardPlace {
  readonly pattern: object;
  readonly shard: number;
  /** How many shards there are. */
  readonly of: number;
}

/** No property of addresses: only a Shard can say so. */
const places = new WeakMap<BackendAddress, ShardPlace>();

/** Which shard answers at an address; undefined where none does. */
export function placeOf(address: BackendAddress): ShardPlace | undefined {
  return places.get(address);
}

/** The address, at which a shard answers. */
export function placed(address: BackendAddress, place: ShardPlace | undefined): BackendAddress {
  if (place) places.set(address, place);
  return address;
}

/** What the Services of pods say that these speak, in clear text: nothing of what is spoken by TLS. */
export function inClearText({ protocol, tls }: Pick<BackendAddress, 'protocol' | 'tls'>): Protocol | undefined {
  return tls ? undefined : protocol;
}

/** A Service's name, also good in other namespaces where its own is known. */
export function hostOf(service: IService | ApiObject): string {
  const namespace = service.metadata.namespace ?? Chart.of(service).namespace;
  return namespace ? `${service.name}.${namespace}.svc` : service.name;
}

/**
 * A host's name in full, because nginx's resolver knows no search domains; `${POD_NAMESPACE}` stands for the namespace
 * of the pod that asks.
 */
export function fullName(host: string, clusterDomain: string): string {
  if (isIP(host)) return host;
  if (host.endsWith('.svc')) return `${host}.${clusterDomain}`;
  return host.includes('.') ? host : `${host}.\${POD_NAMESPACE}.svc.${clusterDomain}`;
}

/** A backend that is there already: a shard, a leaf, the replicas of a Spread, a Service, a URL. */
export class ExistingBackend implements IBackend, IEndpoint {
  /** @internal */
  public static _at(address: BackendAddress): ExistingBackend {
    return new ExistingBackend(address);
  }

  /** Its replicas are there already: none are made. */
  public readonly defaultReplicas?: number;

  private constructor(private readonly address: BackendAddress) {}

  /**
   * The host name that callers in the cluster use: `users-0`, or `users-0.shop.svc` where the chart names a namespace.
   */
  public get host(): string {
    return this.address.host;
  }

  /** The TCP port that callers use. */
  public get port(): number {
    return this.address.port;
  }

  /** The backend of a pattern: nothing is made, its address is given. */
  public bind(_scope: Construct, _id: string, _options: BackendBindOptions): BackendAddress {
    return this.address;
  }
}
