import { Protocol, ServicePort } from 'cdk8s-plus-27';
import { hostOf } from './address';
import type { BackendAddress } from './backend-interface';
import type { ServerOptions } from './server-options';
import { refuse } from '../checks/errors';
import type { IService } from '../platform/plus-objects';

/** Which part of an existing Service is the backend. */
export interface ServiceBackendOptions extends ServerOptions {
  /**
   * The port that takes requests: its number, or its name.
   * @default - the only TCP port of the Service. There is no default if it has several
   */
  readonly port?: number | string;
}

/**
 * Where an existing Service answers.
 * @throws where it has no such port
 */
export function serviceAddress(
  service: IService, { port: wanted, ...spoken }: ServiceBackendOptions,
): BackendAddress {
  const host = hostOf(service);
  const { port, targetPort, name } = portOf(service, wanted);
  // The name of a headless Service resolves to its pods, and nothing translates the port.
  const where = service.clusterIP === 'None'
    ? { host, podsHost: host, port: targetPort ?? port, podsPortName: name }
    : { host, port };
  return { ...where, ...spoken };
}

function portOf(service: IService, wanted: number | string | undefined): ServicePort {
  const ports = service.ports.filter(({ protocol = Protocol.TCP }) => protocol === Protocol.TCP);
  const list = ports.map(({ name, port }) => name ? `${port} '${name}'` : `${port}`).join(', ');
  if (ports.length === 0) {
    refuse(service, 'ports has no TCP port: bind one to the Service before it becomes a backend');
  }
  if (wanted === undefined && ports.length > 1) {
    refuse(service, `ports has ${list}: say in Backend.fromService which port is meant`);
  }
  const found = wanted === undefined ? ports[0] : ports.find(({ name, port }) => port === wanted || name === wanted);
  if (!found) {
    refuse(service, `port is ${typeof wanted === 'string' ? `'${wanted}'` : wanted}, which the Service has not: `
      + `it has ${list}`);
  }
  return found;
}
