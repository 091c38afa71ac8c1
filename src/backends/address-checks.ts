import { isIP } from 'net';
import { Duration } from 'cdk8s';
import { IConstruct } from 'constructs';
import type { BackendAddress } from './backend-interface';
import { isBasePath } from './base-path';
import { headerName } from './caller-headers';
import type { TlsOptions } from './tls-options';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { isAddress, isAuthority, isHostName, isLabel, isObjectName } from '../checks/hosts';
import { checkDuration, checkWhole, millisOf } from '../checks/numbers';
import { Refusal } from '../checks/refusal';
import { Protocol } from '../platform/protocol';

/**
 * Refuses an address that nginx or Node would not read as it is meant: that of a user's own backend is written into
 * their configurations.
 */
export function checkAddress(scope: IConstruct, called: string, address: BackendAddress): void {
  const {
    host, podsHost, port, podsPort, podsPortName, replicas = 1, timeout, keepAlive, connectTimeout,
  } = address;
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
  if (podsPortName !== undefined && !isLabel(podsPortName)) {
    refuse(scope, `${called}.podsPortName is ${shown(podsPortName)}, which is no name of a port: use small letters, `
      + "digits and dashes, as in 'http'");
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
  if (tls) attemptIn(scope, () => checkTls(called, host, tls));
}

/** Throws a sentence where a certificate could not be verified, or not be shown. */
export function checkTls(called: string, host: string, { serverName, clientCertificate }: TlsOptions): void {
  if (serverName === undefined && isIP(host)) {
    throw new Refusal(`${called}.tls has no serverName, and ${shown(host)} is an address: say which name its `
      + "certificate has, as in 'users.example.com'");
  }
  if (serverName !== undefined && (!isHostName(serverName) || isIP(serverName))) {
    throw new Refusal(`${called}.tls.serverName is ${shown(serverName)}: it must be the name of a host, as in `
      + "'users.example.com'");
  }
  if (clientCertificate !== undefined && !isObjectName(clientCertificate)) {
    throw new Refusal(`${called}.tls.clientCertificate is ${shown(clientCertificate)}, which is no name of a Secret: `
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
