import { ApiObject, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';

/** A Service in front of a group's pods. */
export interface ServiceSpec {
  readonly name: string;
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

/** Makes a Service. */
export type ServiceMaker<S extends kplus.Service | ApiObject> = (scope: Construct, id: string, spec: ServiceSpec) => S;

/** A Service that users get hold of, with all that cdk8s-plus knows to do with one. */
export function publicService(scope: Construct, id: string, spec: ServiceSpec): kplus.Service {
  const { name, labels, annotations, selector, port, targetPort, appProtocol, clusterIP, type } = spec;
  const service = new kplus.Service(scope, id, {
    metadata: { name, labels, annotations },
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
  { name, labels, selector, port, targetPort, appProtocol, clusterIP }: ServiceSpec,
): ApiObject {
  return new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, labels },
    spec: {
      clusterIP,
      externalIPs: [],
      ports: [{ name: port.name, port: port.number, targetPort, appProtocol }],
      selector,
      type: 'ClusterIP',
    },
  });
}
