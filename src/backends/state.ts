import { EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendBindOptions } from './backend-interface';
import { ClaimOptions, Storage } from './storage';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { checkSize } from '../checks/numbers';
import { bytes } from '../checks/sizes';
import type { StateConfig } from '../contract';

/** Where the database of a replica is, and the variable that says so. */
const FOLDER = '/var/lib/metaparticle/state';
const FOLDER_VARIABLE = 'STATE_FOLDER';
/** Below, the largest value and what SQLite needs to write it would hardly fit. */
const SMALLEST = 16 * 1024 * 1024;

/** What a function keeps beyond a request and a pod: it finds it as `context.state`. */
export class State {
  /**
   * A database for each replica, on a volume that outlives the pod: SQLite, which Node has. The group is a StatefulSet
   * then, as with `storage`, and has 1 replica: of several, each would have state of its own. In a Shard, the state of
   * a key is where its requests go.
   *
   * ```ts
   * const code = handler(async (request, { state }) => ({ visits: await state.increment(request.path) }));
   * Backend.fromFunction(code, { state: State.local({ size: Size.gibibytes(1) }) });
   * ```
   *
   * @param options its `size` is 16 MiB or more; when it is full, writes fail with status 507
   */
  public static local(options: ClaimOptions): State {
    [options] = checked('State.local', [options]);
    return new State({ kind: 'local', volume: Storage._ofState({ mountPath: FOLDER, ...options }) });
  }

  private constructor(
    /** @internal */
    public readonly _spec: StateSpec,
  ) {}
}

type StateSpec = LocalState;

interface LocalState {
  readonly kind: 'local';
  readonly volume: Storage;
}

/** What the pods of a function with state have besides. */
export interface StateParts {
  readonly config: StateConfig;
  /** The program in assets/ that knows how to speak to what keeps it. */
  readonly engine: string;
  /** What it finds in the environment. */
  readonly env: { readonly [name: string]: EnvValue };
}

/** The volumes that a state needs. */
export function volumesOf(state: State | undefined): readonly Storage[] {
  return state ? [state._spec.volume] : [];
}

/**
 * What the pods of a group have of its state.
 * @throws where the group cannot have it
 */
export function stateParts(scope: Construct, { _spec: spec }: State, bound: BackendBindOptions): StateParts {
  const { mountPath, size } = spec.volume._claim;
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
  return {
    config: { kind: 'local', folder: FOLDER_VARIABLE, size: bytes(size) },
    engine: 'state-local.mjs',
    env: { [FOLDER_VARIABLE]: EnvValue.fromValue(mountPath) },
  };
}
