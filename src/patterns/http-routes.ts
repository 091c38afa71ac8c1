import { ApiObject, Lazy } from 'cdk8s';
import type { Service } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import type { GatewayReference } from './gateway-reference';
import { checkRoute, MOST_RULES } from './route-checks';
import { refuse } from '../checks/errors';
import { shortHash } from '../manifests/names';

/** A route that was made, and what may be added to it. */
interface Route {
  readonly object: ApiObject;
  readonly paths: string[];
}

/** The HTTPRoutes of patterns, by what they are for. */
const routes = new WeakMap<Service, Map<string, Route>>();

/**
 * The HTTPRoute that leads to a Service from some hosts of a Gateway, also at a path: made where there is none for
 * these yet.
 * @throws where an API server would not take it
 */
export function httpRoute(
  pattern: IConstruct, service: Service, hostnames: readonly string[], gateway: GatewayReference, path: string,
): ApiObject {
  checkRoute(pattern, hostnames, gateway, path);
  const known = routes.get(service) ?? new Map<string, Route>();
  routes.set(service, known);
  const key = JSON.stringify([[...hostnames].sort(), gateway]);
  const route = known.get(key)
    ?? made(service, hostnames, gateway, known.size > 0 ? shortHash(key) : undefined);
  known.set(key, route);
  if (!route.paths.includes(path)) route.paths.push(path);
  if (route.paths.length > MOST_RULES) {
    refuse(pattern, `path is '${path}', and the HTTPRoute '${route.object.name}' has ${MOST_RULES} paths `
      + 'already, more than which none may have: give a prefix that several of them have in common');
  }
  return route.object;
}

/** @param suffix of its name, where the Service has a route already */
function made(
  service: Service, hostnames: readonly string[], gateway: GatewayReference, suffix: string | undefined,
): Route {
  const { name, labels } = service.metadata.toJson();
  const paths: string[] = [];
  const object = new ApiObject(service, suffix === undefined ? 'Route' : `Route${suffix}`, {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: suffix === undefined ? name : `${name}-${suffix}`, labels },
    spec: {
      parentRefs: [gateway],
      hostnames,
      // A rule for each: some filters, such as one that replaces the prefix, want it to match one path only.
      rules: Lazy.any({
        produce: () => paths.map((value) => ({
          matches: [{ path: { type: 'PathPrefix', value } }],
          backendRefs: [{ name: service.name, port: service.port }],
        })),
      }),
    },
  });
  return { object, paths };
}
