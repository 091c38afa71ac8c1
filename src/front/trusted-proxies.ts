import { IConstruct } from 'constructs';
import { checkNetwork } from '../checks/hosts';

/** Where a cluster's pods and nodes are: RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE_NETWORKS = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

/**
 * Whose word on the client is believed.
 *
 * @param owner what has the property, with a dot at its end: `router.`
 * @throws where one is no address or network
 */
export function proxiesOf(scope: IConstruct, given: readonly string[] | undefined, owner: string): readonly string[] {
  for (const network of given ?? []) checkNetwork(scope, `${owner}trustedProxies`, network);
  return given ?? PRIVATE_NETWORKS;
}
