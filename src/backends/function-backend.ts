import { Duration, Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { bindGroup, defaultReplicasOf, ownVariables } from './bound-group';
import type { ContainerOptions } from './container-options';
import { checkHeld, heldSize } from './held-size';
import { NODE_RESOURCES, nodeConfig, nodeEnv, nodePod } from './node-pod';
import { checkState, egressOf, State, stateParts, volumesOf } from './state';
import { claimsOf } from './storage';
import { checked } from '../checks/arguments/checked';
import { checkEnv } from '../checks/env';
import { checkDuration, checkSize, checkWhole } from '../checks/numbers';
import { bytes } from '../checks/sizes';
import { Code } from '../code/code';
import { withDefaults } from '../manifests/resources';

/** Pods that run a function. */
export interface FunctionBackendOptions extends ContainerOptions {
  /**
   * How long the function may take. Then the client gets a 504 and the function's `context.signal` is aborted. A pod
   * that stops has this and ten seconds for the requests at hand, or what `pods.terminationGracePeriod` leaves, and
   * routers in front wait for it.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration;

  /**
   * The largest request body. A longer one is answered with 413. Bodies are held in memory: see `resources`.
   * @default Size.mebibytes(1)
   */
  readonly maxBodySize?: Size;

  /**
   * Requests that one pod works on at a time, from 1 to 10000. Further ones are answered at once with 503 and
   * `retry-after`.
   * @default 100
   */
  readonly maxConcurrency?: number;

  /**
   * What each pod asks for and may use. What is not given comes from the default. A quarter of the memory limit (of
   * the request, where there is no limit) is for the bodies of requests that the pod works on, read and parsed (parsed
   * JSON takes 3 to 20 times the space of its text); requests for which there is no room are answered with 503 and
   * `retry-after`.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * What the function keeps beyond a request, and finds as `context.state`: docs/state.md.
   * @default - none: to read `context.state` is an error
   */
  readonly state?: State;
}

/** See {@link Backend.fromFunction}. */
export class FunctionBackend implements IBackend {
  private readonly options: FunctionBackendOptions;

  public constructor(private readonly code: Code, options: FunctionBackendOptions) {
    const { state, storage, egress = [] } = options;
    const volumes = volumesOf(state);
    this.options = {
      ...options,
      storage: volumes.length > 0 ? [storage ?? [], ...volumes].flat() : storage,
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
    if (state) checkState(scope, state, bound);
    checkDuration(scope, 'timeout', timeout);
    checkSize(scope, 'maxBodySize', maxBodySize);
    checkWhole(scope, 'maxConcurrency', maxConcurrency, 1, 10_000);
    const resources = withDefaults(this.options.resources, NODE_RESOURCES);
    const maxHeldSize = heldSize(scope, '', resources);
    checkHeld(scope, 'maxBodySize', maxBodySize, 1, maxHeldSize, '');
    const address = bindGroup(scope, id, bound, this.options, (group, labels) => {
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
