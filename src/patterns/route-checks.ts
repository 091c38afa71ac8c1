import { isIP } from 'net';
import { IConstruct } from 'constructs';
import type { GatewayReference } from './gateway-reference';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { isHostName, isLabel, isObjectName } from '../checks/hosts';
import { checkPort } from '../checks/numbers';

/** So many rules an HTTPRoute may have (https://gateway-api.sigs.k8s.io/reference/spec/#httproutespec). */
export const MOST_RULES = 16;
/** So many names of hosts. */
const MOST_HOSTNAMES = 16;
/** So long a path may be (https://gateway-api.sigs.k8s.io/reference/spec/#httppathmatch). */
const LONGEST_PATH = 1024;

/** What a path may not contain, and how sentences call it. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/^(?!\/)/, 'does not start with a slash'],
  [/\/\//, 'has an empty part'],
  [/\/\.\.?(\/|$)/, 'has a part that means another folder'],
  [/%2f/i, 'has a slash that is escaped'],
  [/^(?!(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})*$)/, 'has a character that must be escaped'],
];

/** Refuses what no API server takes, with the rules of the Gateway API. */
export function checkRoute(
  scope: IConstruct, hostnames: readonly string[], gateway: GatewayReference, path: string,
): void {
  checkHostnames(scope, hostnames);
  checkGateway(scope, gateway);
  const [, mistake] = FORBIDDEN.find(([pattern]) => pattern.test(path)) ?? [];
  if (mistake) {
    refuse(scope, `path is ${shown(path)}, which ${mistake}: an HTTPRoute takes none such, write it as in '/users'`);
  }
  if (path.length > LONGEST_PATH) {
    refuse(scope, `path has ${path.length} characters: an HTTPRoute takes ${LONGEST_PATH}, give a shorter prefix`);
  }
}

function checkHostnames(scope: IConstruct, hostnames: readonly string[]): void {
  if (hostnames.length === 0) {
    refuse(scope, "hostnames is []: name a host, as in 'shop.example.com'; '*.example.com' is every host below one");
  }
  if (hostnames.length > MOST_HOSTNAMES) {
    refuse(scope, `hostnames has ${hostnames.length}: an HTTPRoute takes ${MOST_HOSTNAMES}, so name the others in `
      + 'another call, or mean them all by a wildcard');
  }
  for (const hostname of hostnames) {
    const name = hostname.replace(/^\*\./, '');
    if (isIP(name)) {
      refuse(scope, `hostnames has ${shown(hostname)}, which is an address: a route goes by the names of hosts, as in `
        + "'shop.example.com'");
    }
    if (!isHostName(name) || hostname !== hostname.toLowerCase() || hostname.length > 253) {
      refuse(scope, `hostnames has ${shown(hostname)}, which is no name of a host in small letters: write it as in `
        + "'shop.example.com' or '*.example.com', without scheme and port");
    }
  }
  const [twice] = hostnames.filter((each, index) => hostnames.indexOf(each) !== index);
  if (twice !== undefined) refuse(scope, `hostnames has ${shown(twice)} twice: leave one of them out`);
}

function checkGateway(scope: IConstruct, { name, namespace, sectionName, port }: GatewayReference): void {
  if (!isObjectName(name)) {
    refuse(scope, `gateway is ${shown(name)}, which is no name of a Gateway: write it as in 'public', and one of `
      + "another namespace as in { name: 'public', namespace: 'gateways' }");
  }
  if (namespace !== undefined && !isLabel(namespace)) {
    refuse(scope, `gateway.namespace is ${shown(namespace)}, which is no name of a namespace: write it as in `
      + "'gateways'");
  }
  if (sectionName !== undefined && !isObjectName(sectionName)) {
    refuse(scope, `gateway.sectionName is ${shown(sectionName)}, which is no name of a listener: write it as in `
      + "'https'");
  }
  if (port !== undefined) checkPort(scope, 'gateway.port', port);
}
