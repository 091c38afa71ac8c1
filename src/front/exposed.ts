import { ServiceType } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';
import type { GroupSpec } from '../manifests/group';
import { checkServiceName } from '../manifests/names';
import type { PatternServiceOptions } from '../platform/pattern-service';

/**
 * The Service of a pattern.
 * @param name the pattern's own name
 * @throws where an option says what no Service of it can be
 */
export function exposedAs(
  pattern: Construct, name: string, { name: given, ...exposed }: PatternServiceOptions = {},
): Required<Pick<GroupSpec, 'service' | 'exposed'>> {
  if (given !== undefined) checkServiceName(pattern, 'service.name', given);
  if (exposed.port !== undefined) checkWhole(pattern, 'service.port', exposed.port, 1, 65535);
  if (exposed.type === ServiceType.EXTERNAL_NAME) {
    refuse(pattern, "service.type is 'ExternalName': such a Service is another name of a host, and leads to no pods; "
      + "give 'ClusterIP', 'NodePort' or 'LoadBalancer'");
  }
  return { service: given ?? name, exposed };
}
