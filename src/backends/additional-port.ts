import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';
import { checkPort } from '../checks/numbers';
import type { FurtherPort } from '../manifests/network-policy';
import type { MetricsPort } from '../manifests/pod-spec';
import type { Peer } from '../platform/peer';

/**
 * A port of an image besides the one that takes requests. It is reached at the address of each pod, not through a
 * Service.
 */
export interface AdditionalPort {
  /** The TCP port that the program listens on, from 1 to 65535. */
  readonly port: number;

  /**
   * Who may connect to it.
   * @default - nobody; with `metricsPath` the `scrapers` of the Platform
   */
  readonly clients?: Peer[];

  /**
   * Where Prometheus finds metrics at this port: `/metrics`. The Platform's `scrapers` may read them. Only one port
   * can have a `metricsPath`.
   * @default - no metrics at this port
   */
  readonly metricsPath?: string;
}

/** The ports of an image's pods. */
export interface Ports {
  readonly ports: { readonly [name: string]: number };
  readonly metrics?: MetricsPort;
  readonly further: readonly FurtherPort[];
}

/**
 * The ports of a pod, the one that takes requests first.
 * @throws where a port or its name is none, or is there twice
 */
export function portsOf(
  scope: IConstruct, port: number, additional: { readonly [name: string]: AdditionalPort },
): Ports {
  checkPort(scope, 'port', port);
  const numbers = new Map([[port, 'port']]);
  for (const [name, { port: number, metricsPath = '/' }] of Object.entries(additional)) {
    const called = `ports.${name}`;
    // https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports: IANA_SVC_NAME
    if (!/^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
      refuse(scope, `ports names '${name}': the name of a port has at most 15 lower-case letters, digits and dashes, `
        + 'and a letter');
    }
    if (name === 'http') refuse(scope, "ports names 'http', which is the port that takes requests: use another name");
    checkPort(scope, `${called}.port`, number);
    const other = numbers.get(number);
    if (other) {
      refuse(scope, `${called}.port is ${number}, as ${other} is: leave it out, or give the port that it has`);
    }
    numbers.set(number, `${called}.port`);
    if (!metricsPath.startsWith('/')) {
      refuse(scope, `${called}.metricsPath is '${metricsPath}': a path starts with a slash, as in '/metrics'`);
    }
  }
  const [metrics, second] = Object.entries(additional).filter(([, { metricsPath }]) => metricsPath !== undefined);
  if (second) {
    refuse(scope, `ports has a metricsPath for ${metrics[0]} and for ${second[0]}: Prometheus is told of one`);
  }
  return {
    ports: { http: port, ...Object.fromEntries(Object.entries(additional).map(([name, each]) => [name, each.port])) },
    metrics: metrics && { port: metrics[0], path: metrics[1].metricsPath! },
    further: Object.values(additional)
      .filter(({ clients = [] }) => clients.length > 0)
      .map((each) => ({ port: each.port, clients: each.clients!.map(({ _spec }) => _spec) })),
  };
}
