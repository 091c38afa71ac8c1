import { EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendBindOptions } from './backend-interface';
import { ClaimOptions, Storage } from './storage';
import type { Valkey } from './valkey';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { checkSize } from '../checks/numbers';
import { bytes } from '../checks/sizes';
import type { StateConfig } from '../contract';
import type { GroupLabels } from '../manifests/labels';
import type { PodSpec } from '../manifests/pod-spec';
import { Egress } from '../platform/egress';
import { Platform } from '../platform/platform';

/** Where the database of a replica is, and the variable that says so. */
const FOLDER = '/var/lib/metaparticle/state';
const FOLDER_VARIABLE = 'STATE_FOLDER';
/** Below, the largest value and what SQLite needs to write it would hardly fit. */
const SMALLEST = 16 * 1024 * 1024;

/**
 * Entries of a function that outlive requests and pods. The function reaches them as `context.state`: docs/state.md.
 */
export class State {
  /**
   * A SQLite database for each replica, on a volume that outlives the pod. The group is then a StatefulSet, as with
   * `storage`, and has 1 replica, because each of several would have a state of its own. In a Shard, the state of a
   * key is where its requests go.
   *
   * ```ts
   * Backend.fromFunction(
   *   Code.fromInline('async (request, { state }) => ({ visits: await state.increment(request.path) })'),
   *   { state: State.local({ size: Size.gibibytes(1) }) },
   * );
   * ```
   *
   * @param options `size` must be 16 MiB or more. When the database is full, writes fail with status 507
   */
  public static local(options: ClaimOptions): State {
    [options] = checked('State.local', [options]);
    return new State({ kind: 'local', volume: Storage._ofState({ mountPath: FOLDER, ...options }) });
  }

  /**
   * One state for all replicas, and for all backends that are given the same Valkey. It is reached over the network,
   * so each method takes at least a fraction of a millisecond, and fails with status 503 while the Valkey is away.
   *
   * ```ts
   * Backend.fromFunction(code, { state: State.shared(Valkey.existing({ host: 'cache.data.svc' })) });
   * ```
   *
   * @param valkey the server that keeps it
   */
  public static shared(valkey: Valkey): State {
    [valkey] = checked('State.shared', [valkey]);
    return new State({ kind: 'shared', valkey });
  }

  /** Whether all replicas have the same state. */
  public readonly isShared: boolean;

  private constructor(
    /** @internal */
    public readonly _spec: StateSpec,
  ) {
    this.isShared = _spec.kind === 'shared';
  }
}

type StateSpec = LocalState | SharedState;

interface LocalState {
  readonly kind: 'local';
  readonly volume: Storage;
}

interface SharedState {
  readonly kind: 'shared';
  readonly valkey: Valkey;
}

/** What the pods of a function with state have besides. */
export interface StateParts extends Partial<Pick<PodSpec, 'files' | 'given'>> {
  readonly config: StateConfig;
  /** The program in assets/ that knows how to speak to what keeps it. */
  readonly engine: string;
  /** What it finds in the environment. */
  readonly env: { readonly [name: string]: EnvValue };
}

/** The volumes that a state needs. */
export function volumesOf(state: State | undefined): readonly Storage[] {
  return state?._spec.kind === 'local' ? [state._spec.volume] : [];
}

/** Where pods connect to for a state. */
export function egressOf(state: State | undefined): readonly Egress[] {
  return state?._spec.kind === 'shared' ? [Egress._of(state._spec.valkey._egress)] : [];
}

/** What the pods of a group have of its state. */
export function stateParts(group: Construct, labels: GroupLabels, { _spec: spec }: State): StateParts {
  if (spec.kind === 'shared') {
    return { ...spec.valkey._access(group, labels, Platform.of(group).clusterDomain), engine: 'state-valkey.mjs' };
  }
  const { mountPath, size } = spec.volume._claim;
  return {
    config: { kind: 'local', folder: FOLDER_VARIABLE, size: bytes(size) },
    engine: 'state-local.mjs',
    env: { [FOLDER_VARIABLE]: EnvValue.fromValue(mountPath) },
  };
}

/** Refuses a state that a group cannot have. */
export function checkState(scope: Construct, { _spec: spec }: State, bound: BackendBindOptions): void {
  if (spec.kind === 'shared') return;
  const { size } = spec.volume._claim;
  checkSize(scope, 'state.size', size);
  if (bytes(size) < SMALLEST) {
    refuse(scope, `state.size is ${bytes(size)} bytes: a database needs 16 MiB or more, which is Size.mebibytes(16)`);
  }
  const { replicas, scaling } = bound;
  if (scaling || replicas > 1) {
    const several = scaling ? 'scaling is given' : `replicas is ${replicas}`;
    refuse(scope, `${several}, and with State.local each replica would have state of its own, so that a request `
      + 'would find one or the other: have 1 replica (in a Shard, 1 of each shard), or one state for all by '
      + 'State.shared');
  }
}
