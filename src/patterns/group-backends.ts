import { Construct, IConstruct } from 'constructs';
import { Pattern, PatternProps } from './pattern';
import { ExistingBackend, placed, placeOf } from '../backends/address';
import { checkAddress } from '../backends/address-checks';
import type { BackendAddress, BackendBindOptions, IBackend } from '../backends/backend-interface';
import { DeploymentBackend } from '../backends/deployment-backend';
import { checkedAnswer } from '../checks/arguments/checked';
import { isOf } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';
import { nameOf } from '../manifests/names';
import { replicasOf, Scaling } from '../platform/scaling';

/** More would be more than the 100 windows of a Shard's hash space hold, and a configuration nobody reads. */
const MAX_GROUPS = 128;

/**
 * Binds a backend, which may be the user's own.
 * @param property where it was given: `backend`
 * @throws where its answer is no address
 */
export function boundTo(
  scope: Construct, property: string, backend: IBackend, id: string, options: BackendBindOptions,
): BackendAddress {
  // It has a method of that name, which does something else.
  if (isOf(backend, 'Service')) refuse(scope, `${property} is a Service: write Backend.fromService(…)`);
  const called = `${property}.bind()`;
  const given = backend.bind(scope, id, options);
  const address = checkedAnswer('BackendAddress', given, called, scope);
  checkAddress(scope, called, address);
  // what was checked is a copy
  return placed(address, placeOf(given));
}

/** More pods of one group are more than a router keeps addresses of. */
const MAX_REPLICAS = 1000;

/**
 * How many replicas of a backend a pattern makes, at most.
 * @param property where it was given: `backend`
 * @throws where a number is out of its range, or two contradict each other
 */
export function replicasFor(
  scope: IConstruct, property: string, { defaultReplicas = 2 }: IBackend,
  props: { readonly replicas?: number; readonly scaling?: Scaling },
): number {
  // Not only our backends have one.
  checkWhole(scope, `${property}.defaultReplicas`, defaultReplicas, 1, MAX_REPLICAS);
  return replicasOf(scope, props, MAX_REPLICAS, '', defaultReplicas);
}

/** Backends that make no pods. */
const EXISTING = [ExistingBackend, DeploymentBackend, Pattern];

/** Refuses numbers of pods that would have no effect, because the backends exist already. */
export function checkEffect(
  scope: IConstruct, backends: readonly IBackend[],
  { replicas, scaling }: { readonly replicas?: number; readonly scaling?: Scaling },
): void {
  if (!backends.every((backend) => EXISTING.some((each) => backend instanceof each))) return;
  const why = 'but no pods are made here, since what it is given as backend exists already: leave it out, and say '
    + 'where the pods are made how many there are';
  if (replicas !== undefined) refuse(scope, `replicas is ${replicas}, ${why}`);
  if (scaling) refuse(scope, `scaling is from ${scaling.min} to ${scaling.max}, ${why}`);
}

/**
 * A kind of groups of which a pattern has several. Its pods know who they are from variables of these
 * names, in capitals.
 */
export interface GroupKind {
  /** The role of one of them, in labels. */
  readonly one: 'shard' | 'leaf';
  /** The property with their number. */
  readonly several: 'shards' | 'leaves';
  /** What to do instead of a number out of range. */
  readonly remedy?: string;
}

export const SHARDS: GroupKind = { one: 'shard', several: 'shards', remedy: 'for a single group use Spread' };
export const LEAVES: GroupKind = { one: 'leaf', several: 'leaves' };

/** Options of patterns with several groups: the shards of a Shard, the leaves of a ScatterGather. */
export interface GroupsProps extends PatternProps {
  /**
   * The template of what answers requests. It is made once for each group. The pods of a shard find its index, from 0,
   * in the environment variable SHARD and the number of shards in SHARDS; the pods of a leaf have LEAF and LEAVES.
   * @default - the `backends` are used. Exactly one of the two must be given
   */
  readonly backend?: IBackend;

  /**
   * Existing backends, one for each group, in the order of the groups' numbers. The `backends` of a Shard, for
   * instance, let a ScatterGather ask all of its shards. Those of a ScatterGather may be made by `Leaf.of`.
   * @default - the `backend` is used
   */
  readonly backends?: IBackend[];

  /**
   * How many identical replicas each group has, from 1 to 1000. It is refused beside backends that exist already.
   * @default - 2, or 1 for a backend with `storage`, because replicas with a volume each are not copies of each other
   */
  readonly replicas?: number;

  /**
   * An autoscaler for each group, in place of `replicas`. Each group follows its own load, because one shard may own a
   * busier part of the keys. The number of groups does not change. It is refused beside backends that exist already.
   * @default - none
   */
  readonly scaling?: Scaling;
}

/**
 * The backend of each group: one template for all of them, or an existing one for each.
 * @throws where both or neither are given, or their number is missing, contradicted or out of range
 */
export function backendsOf(
  scope: IConstruct, { backend, backends }: GroupsProps, { several, remedy }: GroupKind, count: number | undefined,
): IBackend[] {
  const either = `give one backend for all ${several}, or one for each of them`;
  if (backend && backends) refuse(scope, `backend and backends are both given: ${either}`);
  if (!backend && !backends) refuse(scope, `neither backend nor backends is given: ${either}`);
  if (backends && count !== undefined && count !== backends.length) {
    refuse(scope, `${several} is ${count} and there are ${backends.length} backends: leave ${several} out, `
      + 'or give as many backends');
  }
  const length = count ?? backends?.length;
  if (length === undefined) refuse(scope, `${several} is missing: say how many ${several} the backend is made for`);
  checkWhole(scope, several, length, 1, MAX_GROUPS, remedy);
  return backends ?? Array.from({ length }, () => backend!);
}

/**
 * Makes the groups of a pattern that has several, each named by its number, and says how many replicas each has
 * at most.
 * @throws where a number of replicas is out of its range or would have no effect, or a backend has no address
 */
export function boundGroups(
  scope: Construct, backends: readonly IBackend[], props: GroupsProps, { one, several }: GroupKind,
): { readonly addresses: BackendAddress[]; readonly replicas: number } {
  const property = (index: number) => props.backend ? 'backend' : `backends[${index}]`;
  const replicas = backends.map((backend, index) => replicasFor(scope, property(index), backend, props));
  checkEffect(scope, backends, props);
  const addresses = backends.map((backend, index) => boundTo(scope, property(index), backend, `${index}`, {
    pattern: nameOf(scope),
    role: one,
    replicas: replicas[index],
    scaling: props.scaling,
    env: { [one.toUpperCase()]: `${index}`, [several.toUpperCase()]: `${backends.length}` },
  }));
  return { addresses, replicas: Math.max(...replicas) };
}
