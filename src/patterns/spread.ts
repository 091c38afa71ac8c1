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

/** Options of a `Spread`. */
export interface SpreadProps extends PatternProps {
  /**
   * What answers the requests.
   */
  readonly backend: IBackend;

  /**
   * How many identical replicas of the backend there are, from 1 to 1000. With one, a rolling restart fails no
   * request, but a crash does. It is refused beside a backend that exists already.
   * @default - 2, or 1 for a backend with `storage`, because replicas with a volume each are not copies of each other
   */
  readonly replicas?: number;

  /**
   * An autoscaler that sets the number of replicas, in place of `replicas`. It is refused beside a backend that exists
   * already.
   * @default - none
   */
  readonly scaling?: Scaling;

  /**
   * How requests that belong together, such as those of one session, reach the same replica again. It is refused for
   * gRPC, and for backends without an address for each pod.
   * @default - each request goes to the replica with the fewest open ones
   */
  readonly affinity?: Affinity;

  /**
   * The protocol that callers and replicas speak.
   * @default - that of the backend
   */
  readonly protocol?: Protocol;

  /**
   * The router in front of the replicas.
   * @default - two pods of stock nginx
   */
  readonly router?: RouterOptions;
}

/**
 * Spreads load evenly over identical replicas. Each request goes to the replica with the fewest open requests or, with
 * an `affinity`, to the replica that had requests of the same key or client before.
 *
 * A replica that refuses a connection is passed over. A GET whose replica dies or falls silent is sent to another one.
 *
 * ```ts
 * new Spread(chart, 'Web', {
 *   replicas: 3,
 *   backend: Backend.fromFunction(Code.fromInline('(request) => `hello ${request.query.name}`')),
 * });
 * ```
 */
export class Spread extends Pattern {
  /** The router's Service: what callers talk to. Declare its type, as in `const service: kplus.Service = …`. */
  public readonly service: any;
  /** The replicas, as one backend. */
  public readonly backends: ExistingBackend[];
  /** The address at which other patterns reach this one. */
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
