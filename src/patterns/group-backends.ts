import { Construct, IConstruct } from 'constructs';
import { Pattern } from './pattern';
import { ExistingBackend, checkAddress } from '../backends/address';
import type { BackendAddress, BackendBindOptions, IBackend } from '../backends/backend-interface';
import { checkedAnswer } from '../checks/arguments/checked';
import { isOf } from '../checks/arguments/remedies';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';
import type { Scaling } from '../platform/scaling';

/** More would be more than the 100 windows of a Shard's hash space hold, and a configuration nobody reads. */
const MAX_GROUPS = 128;

/**
 * Binds a backend, which may be the user's own.
 * @param property where it was given: `backend`
 * @throws where its answer is no address
 */
export function boundTo(scope: Construct, property: string, backend: IBackend, id: string, options: BackendBindOptions): BackendAddress {
  // It has a method of that name, which does something else.
  if (isOf(backend, 'Service')) refuse(scope, `${property} is a Service: write Backend.fromService(…)`);
  const called = `${property}.bind()`;
  const address = checkedAnswer('BackendAddress', backend.bind(scope, id, options), called, scope);
  checkAddress(scope, called, address);
  return address;
}

/** Refuses numbers of pods that would have no effect, because the backends exist already. */
export function checkEffect(
  scope: IConstruct, backends: readonly IBackend[], { replicas, scaling }: { readonly replicas?: number; readonly scaling?: Scaling },
): void {
  if (!backends.every((backend) => backend instanceof ExistingBackend || backend instanceof Pattern)) return;
  const why = 'but no pods are made here, since what it is given as backend exists already: leave it out, and say where the pods are made how many there are';
  if (replicas !== undefined) refuse(scope, `replicas is ${replicas}, ${why}`);
  if (scaling) refuse(scope, `scaling is from ${scaling.min} to ${scaling.max}, ${why}`);
}

/** How many groups there shall be. */
export interface GroupCount {
  /** What the pattern calls its groups, and the property with their number: `shards`. */
  readonly property: string;
  readonly count?: number;
  /** What to do instead of a number out of range. */
  readonly remedy?: string;
}

/**
 * The backend of each group: one template for all of them, or an existing one for each.
 * @throws where both or neither are given, or their number is missing, contradicted or out of range
 */
export function backendsOf(
  scope: IConstruct, { backend, backends }: { readonly backend?: IBackend; readonly backends?: IBackend[] }, { property, count, remedy }: GroupCount,
): IBackend[] {
  const either = `give one backend for all ${property}, or one for each of them`;
  if (backend && backends) refuse(scope, `backend and backends are both given: ${either}`);
  if (!backend && !backends) refuse(scope, `neither backend nor backends is given: ${either}`);
  if (backends && count !== undefined && count !== backends.length) {
    refuse(scope, `${property} is ${count} and there are ${backends.length} backends: leave ${property} out, or give as many backends`);
  }
  const length = count ?? backends?.length;
  if (length === undefined) refuse(scope, `${property} is missing: say how many ${property} the backend is made for`);
  checkWhole(scope, property, length, 1, MAX_GROUPS, remedy);
  return backends ?? Array.from({ length }, () => backend!);
}
