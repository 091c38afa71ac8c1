import { Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { bindGroup, defaultReplicasOf, ownVariables } from './bound-group';
import type { ContainerOptions } from './container-options';
import { checkHeld, heldSize } from './held-size';
import { NODE_RESOURCES, nodeConfig, nodeEnv, nodePod } from './node-pod';
import { checkState, egressOf, State, stateParts, volumesOf } from './state';
import { claimsOf, Storage } from './storage';
import { checked } from '../checks/arguments/checked';
import { checkEnv } from '../checks/env';
import { checkDuration, checkSize, checkWhole } from '../checks/numbers';
import { bytes } from '../checks/sizes';
import { Code } from '../code/code';
import { withDefaults } from '../manifests/resources';

/** Pods that run a function. */
export interface FunctionBackendOptions extends ContainerOptions {
  /**
   * How long the function may take. Then the client gets a 504, and the function's `context.signal` is aborted. A pod
   * that stops has this time and ten seconds more for open requests, or what `pods.terminationGracePeriod` leaves.
   * Routers in front of it wait for as long.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration;

  /**
   * The largest request body. A larger one gets a 413. Bodies are held in memory: see `resources`.
   * @default Size.mebibytes(1)
   */
  readonly maxBodySize?: Size;

  /**
   * How many requests one pod works on at a time, from 1 to 10000. Further requests get a 503 with `retry-after` at
   * once.
   * @default 100
   */
  readonly maxConcurrency?: number;

  /**
   * Requests and limits of each pod. What you leave out has its default. A quarter of the memory limit, or of the
   * request if there is no limit, is for the bodies of open requests. Parsed JSON counts with 3 to 20 times the size
   * of its text. Requests for which there is no room get a 503 with `retry-after`.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * Entries that outlive requests and pods. The function reaches them as `context.state`: docs/state.md.
   * @default - none, and reading `context.state` is an error
   */
  readonly state?: State;
}

/** See {@link Backend.fromFunction}. */
export class FunctionBackend implements IBackend {
  private readonly options: FunctionBackendOptions;

  public constructor(private readonly code: Code, options: FunctionBackendOptions) {
    const { state, storage, egress = [] } = options;
    this.options = {
      ...options,
      storage: withVolumes(storage, volumesOf(state)),
      egress: [...egress, ...egressOf(state)],
    };
  }

  public get defaultReplicas(): number | undefined {
    return defaultReplicasOf(this.options);
  }

  public bind(scope: Construct, id: string, bound: BackendBindOptions): BackendAddress {
    [scope, id, bound] = checked('IBackend.bind', [scope, id, bound]);
    const {
      env = {}, state, timeout = Duration.seconds(30), maxBodySize = Size.mebibytes(1), maxConcurrency = 100,
    } = this.options;
    checkDuration(scope, 'timeout', timeout);
    checkSize(scope, 'maxBodySize', maxBodySize);
    checkWhole(scope, 'maxConcurrency', maxConcurrency, 1, 10_000);
    const resources = withDefaults(this.options.resources, NODE_RESOURCES);
    const maxHeldSize = heldSize(scope, '', resources);
    checkHeld(scope, 'maxBodySize', maxBodySize, 1, maxHeldSize, '');
    const address = bindGroup(scope, id, bound, this.options, (group, labels) => {
      if (state) checkState(scope, state, bound);
      const keeping = state && stateParts(group, labels, state);
      const ours = { ...nodeEnv(scope, resources), ...keeping?.env };
      checkEnv(scope, env, [...Object.keys(ours), ...ownVariables(bound, this.options)]);
      return nodePod(group, labels, {
        program: 'function-server.mjs',
        engine: keeping?.engine,
        sharedAs: keeping ? `function-server-state-${keeping.config.kind}` : 'function-server',
        config: {
          ...nodeConfig(group, timeout),
          code: 'handler.mjs',
          maxBodySize: bytes(maxBodySize),
          maxHeldSize,
          maxConcurrency,
          state: keeping?.config,
        },
        modules: { 'handler.mjs': this.code._module(scope, 'node') },
        env: { ...env, ...keeping?.env },
        resources,
        mounts: [
          ...this.options.volumeMounts ?? [],
          ...claimsOf(this.options).map(({ mountPath }) => ({ path: mountPath })),
        ],
        files: keeping?.files,
        given: keeping?.given,
      });
    });
    return { ...address, timeout };
  }
}

/** An empty list stays one, and is refused as everywhere. */
function withVolumes(
  storage: Storage | readonly Storage[] | undefined, volumes: readonly Storage[],
): Storage[] | undefined {
  const given = storage && [storage].flat();
  return given?.length === 0 || volumes.length === 0 ? given : [...given ?? [], ...volumes];
}
