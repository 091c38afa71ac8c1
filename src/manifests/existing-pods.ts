import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Group } from './group';
import { GroupLabels, labelsOf } from './labels';
import { claimName } from './names';
import { appProtocolOf, plainService } from './service';
import type { Protocol } from '../platform/protocol';

/** Pods that something else makes. */
export interface ExistingPods {
  /** Labels that they have, and no others of their namespace. */
  readonly selector: { readonly [label: string]: string };
  /** Where they are. The chart's own, if nothing else is said. */
  readonly namespace?: string;
  /** Their port that takes requests. */
  readonly port: { readonly name: string; readonly number: number };
  /**
   * What they speak.
   * @default Protocol.HTTP
   */
  readonly protocol?: Protocol;
}

/**
 * The Services of a group whose pods exist already, beside them, and nothing else: a NetworkPolicy would cut off
 * whoever calls them now, and how many of them may be evicted is not ours to say.
 */
export function servicesOf(scope: Construct, labels: GroupLabels, pods: ExistingPods): Group<ApiObject> {
  const { port, namespace, protocol } = pods;
  const headlessName = `${labels.group}-headless`;
  for (const name of [labels.group, headlessName]) claimName(scope, name, 'id', namespace);
  const spec = {
    ...pods, labels: labelsOf(scope, labels), targetPort: port.number, appProtocol: appProtocolOf(protocol),
  };
  const service = plainService(scope, 'Service', { ...spec, name: labels.group });
  const headless = plainService(scope, 'Headless', { ...spec, name: headlessName, clusterIP: 'None' });
  return { service, headless, port: port.number, podsPort: port.number, podsPortName: port.name };
}
