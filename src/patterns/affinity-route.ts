import { IConstruct } from 'constructs';
import type { BackendAddress } from '../backends/backend-interface';
import { refuse } from '../checks/errors';
import type { Routing } from '../front/router';
import type { RouterOptions } from '../front/router-options';
import { Protocol } from '../platform/protocol';
import { replicasOf } from '../platform/scaling';
import type { Affinity } from '../sharding/affinity';

/**
 * An affinity as a router has it.
 * @throws where the router could not tell the replicas apart, or could not divide their bound among its pods
 */
export function boundAffinity(
  scope: IConstruct, affinity: Affinity | undefined, backend: BackendAddress, protocol: Protocol,
  router: RouterOptions = {},
): Pick<Routing, 'route' | 'module'> {
  if (!affinity) return { route: { kind: 'single' } };
  const spec = affinity._spec;
  if (protocol === Protocol.GRPC) {
    refuse(scope, 'affinity is given, but nginx reads a call of gRPC while it sends it on, and could not give it to '
      + 'another replica: leave affinity out, or use a Shard');
  }
  if (backend.podsHost === undefined) {
    refuse(scope, 'affinity is given, but nothing tells the replicas of the backend apart, since it has one address '
      + 'for all: use a backend whose pods are known, such as Backend.fromDeployment, or leave affinity out');
  }
  if (spec.by === 'cookie') return { route: { kind: 'sticky', cookie: spec.cookie } };
  if (backend.podsPortName === undefined) {
    refuse(scope, 'affinity is by a key, but the port of the pods has no name by which DNS could tell of each: name '
      + 'it in the headless Service (podsPortName of a backend of your own), or use Affinity.byCookie');
  }
  const { spec: key, module } = spec.key._bind(scope);
  const maxRequests = spec.maxRequestsPerPod && share(scope, spec.maxRequestsPerPod, router);
  return { route: { kind: 'affinity', key, maxRequests }, module };
}

/** Each router pod counts for itself. */
function share(scope: IConstruct, most: number, router: RouterOptions): number {
  const routers = replicasOf(scope, router, 100, 'router.');
  if (most % routers === 0) return most / routers;
  const lower = Math.floor(most / routers) * routers;
  const multiples = [...lower > 0 ? [lower] : [], lower + routers].join(' or ');
  refuse(scope, `affinity.maxRequestsPerPod is ${most} and there are ${router.scaling ? 'up to ' : ''}${routers} `
    + `router pods, of which each bounds its own part: give ${multiples}, or another number of router pods`);
}
