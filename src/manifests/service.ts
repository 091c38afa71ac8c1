import { ApiObject, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { Protocol } from '../platform/protocol';

/**
 * HTTP/2 in clear text, as Gateways and meshes have to know it
 * (https://kubernetes.io/docs/concepts/services-networking/service/#application-protocol).
 */
const HTTP2 = 'kubernetes.io/h2c';

/** A Service in front of a group's pods. */
export interface ServiceSpec {
  readonly name: string;
  /** Where its pods are. The chart's own, if nothing else is said. */
  readonly namespace?: string;
  readonly labels: { readonly [label: string]: string };
  readonly selector: { readonly [label: string]: string };
  readonly port: { readonly name: string; readonly number: number };
  /** The port of the pods. */
  readonly targetPort: number;
  /** What it speaks, where that is not HTTP/1.1 in clear text. */
  readonly appProtocol?: string;
  /** `None` for one without an address of its own. */
  readonly clusterIP?: 'None';
  readonly type?: kplus.ServiceType;
  readonly annotations?: { readonly [name: string]: string };
}

/** What a Service says of a protocol. */
export function appProtocolOf(protocol: Protocol | undefined): string | undefined {
  return protocol === Protocol.GRPC ? HTTP2 : undefined;
}

/** Makes a Service. */
export type ServiceMaker<S extends kplus.Service | ApiObject> = (scope: Construct, id: string, spec: ServiceSpec) => S;

/** A Service that users get hold of, with all that cdk8s-plus knows to do with one. */
export function publicService(scope: Construct, id: string, spec: ServiceSpec): kplus.Service {
  const { name, namespace, labels, annotations, selector, port, targetPort, appProtocol, clusterIP, type } = spec;
  const service = new kplus.Service(scope, id, {
    metadata: { name, namespace, labels, annotations },
    clusterIP,
    type,
    ports: [{ name: port.name, port: port.number, targetPort }],
  });
  // cdk8s-plus does not know it.
  if (appProtocol) ApiObject.of(service).addJsonPatch(JsonPatch.add('/spec/ports/0/appProtocol', appProtocol));
  for (const [key, value] of Object.entries(selector)) service.selectLabel(key, value);
  return service;
}

/** The same Service as a plain object, for a third of the time: most of them nobody gets hold of. */
export function plainService(
  scope: Construct, id: string,
  { name, namespace, labels, selector, port, targetPort, appProtocol, clusterIP }: ServiceSpec,
): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels },
    spec: {
      clusterIP,
      externalIPs: [],
      ports: [{ name: port.name, port: port.number, targetPort, appProtocol }],
      selector,
      type: 'ClusterIP',
    },
  });
}
