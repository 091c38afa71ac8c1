import { isIP } from 'net';
import { ApiObject, Chart, Duration } from 'cdk8s';
import type { Service } from 'cdk8s-plus-27';
import { Construct, IConstruct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { isBasePath } from './base-path';
import { headerName } from './caller-headers';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { isAddress, isAuthority, isHostName, isObjectName } from '../checks/hosts';
import { checkDuration, checkWhole, millisOf } from '../checks/numbers';
import { Group } from '../manifests/group';
import type { IEndpoint } from '../platform/endpoint';
import type { IService } from '../platform/plus-objects';
import { Protocol } from '../platform/protocol';

/** Where a group of ours answers. */
export function addressOf(group: Group<Service | ApiObject>, replicas: number): BackendAddress {
  const { service, headless, port, podsPort } = group;
  return { host: hostOf(service), podsHost: hostOf(headless), port, ...podsPort !== port && { podsPort }, replicas };
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
  const { host, podsHost, port, podsPort, replicas = 1, timeout, keepAlive, connectTimeout } = address;
  for (const [property, name] of Object.entries({ host, podsHost })) {
    if (name === undefined || isHostName(name) || isAddress(name)) continue;
    refuse(scope, `${called}.${property} is ${shown(name)}: it must be the name of a host or an address, `
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
  if (connectTimeout) checkDuration(scope, `${called}.connectTimeout`, connectTimeout);
  checkSpoken(scope, called, address);
}

/** Refuses what would be read as syntax where it is written, and what could not be verified. */
function checkSpoken(scope: IConstruct, called: string, address: BackendAddress): void {
  const { host, hostHeader, basePath = '', headers = {}, protocol = Protocol.HTTP, tls } = address;
  if (hostHeader !== undefined && !isAuthority(hostHeader)) {
    refuse(scope, `${called}.hostHeader is ${shown(hostHeader)}: it must be a host, also with a port, as in `
      + "'users.example.com' or 'users.example.com:8443'");
  }
  if (!isBasePath(basePath)) {
    refuse(scope, `${called}.basePath is ${shown(basePath)}: it must start with a slash, end with none, and have no `
      + "empty part, dots for one or characters that must be escaped, as in '/v1'");
  }
  if (basePath && protocol === Protocol.GRPC) {
    refuse(scope, `${called} has the path ${shown(basePath)} in front, but the path of gRPC names a service and `
      + 'its method: leave it out');
  }
  for (const name of Object.keys(headers)) attemptIn(scope, () => headerName(`${called}.headers`, name));
  if (!tls) return;
  const { serverName, clientCertificate } = tls;
  if (serverName === undefined && isIP(host)) {
    refuse(scope, `${called}.tls has no serverName, and ${shown(host)} is an address: say which name its certificate `
      + "has, as in 'users.example.com'");
  }
  if (serverName !== undefined && (!isHostName(serverName) || isIP(serverName))) {
    refuse(scope, `${called}.tls.serverName is ${shown(serverName)}: it must be the name of a host, as in `
      + "'users.example.com'");
  }
  if (clientCertificate !== undefined && !isObjectName(clientCertificate)) {
    refuse(scope, `${called}.tls.clientCertificate is ${shown(clientCertificate)}, which is no name of a Secret: `
      + "write it as in 'users-client'");
  }
}

function attemptIn(scope: IConstruct, check: () => void): void {
  try {
    check();
  } catch (error) {
    refuse(scope, (error as Error).message);
  }
}

/** Refuses what connections cannot be kept for. */
export function checkKeepAlive(scope: IConstruct, property: string, keepAlive: Duration | undefined): void {
  // Nothing is a good answer here: then none are kept.
  if (keepAlive && millisOf(scope, property, keepAlive) !== 0) checkDuration(scope, property, keepAlive);
}
