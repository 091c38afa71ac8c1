import { ApiObject, Chart, Duration } from 'cdk8s';
import { Service } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { isHostName } from '../checks/hosts';
import { checkDuration, checkWhole, millisOf } from '../checks/numbers';
import { Group } from '../manifests/group';
import type { IEndpoint } from '../platform/endpoint';

/** Where a group of ours answers. */
export function addressOf(group: Group<Service | ApiObject>, replicas: number): BackendAddress {
  const { service, headless, port, podsPort } = group;
  return { host: hostOf(service), podsHost: hostOf(headless), port, ...podsPort !== port && { podsPort }, replicas };
}

/** A Service's name, also good in other namespaces where its own is known. */
export function hostOf(service: Service | ApiObject): string {
  const namespace = service.metadata.namespace ?? Chart.of(service).namespace;
  return namespace ? `${service.name}.${namespace}.svc` : service.name;
}

/**
 * A host's name in full, because nginx's resolver knows no search domains; `${POD_NAMESPACE}` stands for the namespace
 * of the pod that asks.
 */
export function fullName(host: string, clusterDomain: string): string {
  if (host.endsWith('.svc')) return `${host}.${clusterDomain}`;
  return host.includes('.') ? host : `${host}.\${POD_NAMESPACE}.svc.${clusterDomain}`;
}

/** A backend that is there already: a shard, a leaf, the replicas of a Spread, a Service, a URL. */
export class ExistingBackend implements IBackend, IEndpoint {
  /** @internal */
  public static _at(address: BackendAddress): ExistingBackend {
    return new ExistingBackend(address);
  }

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

/**
 * Refuses an address that nginx or Node would not read as it is meant: that of a user's own backend is written into
 * their configurations.
 */
export function checkAddress(scope: IConstruct, called: string, address: BackendAddress): void {
  const { host, podsHost, port, podsPort, replicas = 1, timeout, keepAlive } = address;
  for (const [property, name] of Object.entries({ host, podsHost })) {
    if (name === undefined || isHostName(name)) continue;
    refuse(scope, `${called}.${property} is ${shown(name)}: it must be the name of a host or an IPv4 address, `
      + "as in 'users', 'users.shop.svc' or 'users.example.com'");
  }
  checkWhole(scope, `${called}.port`, port, 1, 65535);
  if (podsPort !== undefined) {
    checkWhole(scope, `${called}.podsPort`, podsPort, 1, 65535);
    if (podsHost === undefined) {
      refuse(scope, `${called}.podsPort is ${podsPort}, and there is no podsHost whose port it would be: give both, `
        + 'or leave it out');
    }
  }
  checkWhole(scope, `${called}.replicas`, replicas, 1, 1000);
  if (timeout) checkDuration(scope, `${called}.timeout`, timeout);
  checkKeepAlive(scope, `${called}.keepAlive`, keepAlive);
}

/** Refuses what connections cannot be kept for. */
export function checkKeepAlive(scope: IConstruct, property: string, keepAlive: Duration | undefined): void {
  // Nothing is a good answer here: then none are kept.
  if (keepAlive && millisOf(scope, property, keepAlive) !== 0) checkDuration(scope, property, keepAlive);
}
