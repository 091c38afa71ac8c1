import { Construct } from 'constructs';
import { boundAffinity } from './affinity-route';
import { boundTo, checkEffect, replicasFor } from './group-backends';
import { Pattern, PatternProps } from './pattern';
import { protocolOf } from './protocols';
import { ExistingBackend } from '../backends/address';
import type { BackendAddress, IBackend } from '../backends/backend-interface';
import { checked } from '../checks/arguments/checked';
import { router } from '../front/router';
import type { RouterOptions } from '../front/router-options';
import { nameOf } from '../manifests/names';
import type { Protocol } from '../platform/protocol';
import { Scaling } from '../platform/scaling';
import type { Affinity } from '../sharding/affinity';

/** Load over identical replicas. */
export interface SpreadProps extends PatternProps {
  /**
   * What answers the requests.
   */
  readonly backend: IBackend;

  /**
   * How many identical replicas of the backend, from 1 to 1000. With one, a restart is still free of failures, but the
   * death of a pod is not. Not beside a backend that exists already.
   * @default - 2; of a backend with `storage` 1, because replicas with a volume each are no copies of each other
   */
  readonly replicas?: number;

  /**
   * How the number of replicas follows the load, instead of `replicas`. Not beside a backend that exists already.
   * @default - it does not
   */
  readonly scaling?: Scaling;

  /**
   * What brings requests to the replica that had their kin before, such as those of a session. Not for gRPC, nor for
   * backends without an address for each pod.
   * @default - each request goes to the replica with the fewest open ones
   */
  readonly affinity?: Affinity;

  /**
   * What callers and replicas speak.
   * @default - what the backend speaks
   */
  readonly protocol?: Protocol;

  /**
   * The router in front of them.
   * @default - two pods of stock nginx
   */
  readonly router?: RouterOptions;
}

/**
 * Load spread evenly over identical replicas: each request goes to the one with the fewest open ones, or, with an
 * `affinity`, to the one that had its kin before.
 *
 * A replica that refuses a connection is passed over; a GET whose replica dies or falls silent is given to another.
 *
 * ```ts
 * new Spread(chart, 'Web', {
 *   replicas: 3,
 *   backend: Backend.fromFunction(handler((request) => `hello ${request.query.name}`)),
 * });
 * ```
 */
export class Spread extends Pattern {
  /** The router's Service: what callers talk to. Declare its type, as in `const service: kplus.Service = …`. */
  public readonly service: any;
  /** The replicas, as one backend. */
  public readonly backends: ExistingBackend[];
  /** Where the pattern answers, as other patterns see it. */
  public readonly address: BackendAddress;
  /** How many replicas there are, or with `scaling` the most of them. */
  public readonly replicas: number;

  /**
   * @throws where a prop is out of its range, or the id makes a name that is taken, too long or no DNS label
   */
  constructor(scope: Construct, id: string, props: SpreadProps) {
    [scope, id, props] = checked('Spread', [scope, id, props], { subclass: new.target !== Spread });
    super(scope, id, props);
    const name = nameOf(this);
    this.replicas = replicasFor(this, 'backend', props.backend, props);
    checkEffect(this, [props.backend], props);
    const backend = boundTo(this, 'backend', props.backend, 'Backend', {
      pattern: name, role: 'backend', replicas: this.replicas, scaling: props.scaling,
    });
    const protocol = protocolOf(this, props.protocol, [backend]);
    const routed = router(this, {
      protocol,
      targets: [{ name: `${name}-backend`, address: backend }],
      ...boundAffinity(this, props.affinity, backend, protocol, props.router),
      clients: props.clients,
      service: props.service,
    }, props.router);
    this.backends = [ExistingBackend._at(backend)];
    this.service = routed.service;
    this.address = routed.address;
  }
}
