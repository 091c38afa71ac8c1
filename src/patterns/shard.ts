import { Construct } from 'constructs';
import { backendsOf, boundGroups, GroupsProps, SHARDS } from './group-backends';
import { Pattern } from './pattern';
import { protocolOf } from './protocols';
import { ExistingBackend, placed } from '../backends/address';
import type { BackendAddress } from '../backends/backend-interface';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { router } from '../front/router';
import type { RouterOptions } from '../front/router-options';
import { nameOf } from '../manifests/names';
import type { Protocol } from '../platform/protocol';
import { ownerOf } from '../sharding/owner';
import { rangesOf } from '../sharding/ranges';
import { ShardKey } from '../sharding/shard-key';

/** Options of a `Shard`. */
export interface ShardProps extends GroupsProps {
  /**
   * Where in a request the key is found that chooses its shard.
   */
  readonly key: ShardKey;

  /**
   * How many shards there are, from 1 to 128. A further shard takes an equal share of the keys from every existing
   * one, and no other key moves. While the routers are replaced, a key that moves is answered by its old shard or by
   * its new one. docs/shard.md says how to add a shard without a failed request.
   * @default - the number of `backends`; with a `backend`, it must be given
   */
  readonly shards?: number;

  /**
   * The protocol that callers and shards speak.
   * @default - that of the backends
   */
  readonly protocol?: Protocol;

  /**
   * The router in front of the shards.
   * @default - two pods of stock nginx
   */
  readonly router?: RouterOptions;
}

/**
 * Sends each request to the shard that owns its key, and never to another one. While no replica of that shard is up,
 * its requests are answered with 502, 503 or 504. A request without a key is answered with 400.
 *
 * ```ts
 * const users = new Shard(chart, 'Users', {
 *   shards: 4,
 *   key: ShardKey.fromHeader('x-user'),
 *   backend: Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 8080 }),
 * });
 * users.shardOf('ada');   // 0, 1, 2 or 3
 * ```
 */
export class Shard extends Pattern {
  /** The router's Service: what callers talk to. Declare its type, as in `const service: kplus.Service = …`. */
  public readonly service: any;
  /** The shards, each as a backend, in the order of their numbers. */
  public readonly backends: ExistingBackend[];
  /** The address at which other patterns reach this one. */
  public readonly address: BackendAddress;
  /** How many shards there are. */
  public readonly shards: number;
  /** How many replicas each shard has. With `scaling`, or where their backends differ, it is the most of them. */
  public readonly replicas: number;

  /**
   * @throws where a prop is out of its range, both or neither of `backend` and `backends` are given, or the id makes a
   * name that is taken, too long or no DNS label
   */
  constructor(scope: Construct, id: string, props: ShardProps) {
    [scope, id, props] = checked('Shard', [scope, id, props], { subclass: new.target !== Shard });
    super(scope, id, props);
    const name = nameOf(this);
    const backends = backendsOf(this, props, SHARDS, props.shards);
    this.shards = backends.length;
    const { addresses, replicas } = boundGroups(this, backends, props, SHARDS);
    this.replicas = replicas;
    const { spec, module } = props.key._bind(this);
    const routed = router(this, {
      protocol: protocolOf(this, props.protocol, addresses),
      targets: addresses.map((address, shard) => ({ name: `${name}-${shard}`, address })),
      route: { kind: 'shard', key: spec, windows: rangesOf(this.shards) },
      module,
      clients: props.clients,
      service: props.service,
    }, props.router);
    this.backends = addresses.map((address, shard) => (
      ExistingBackend._at(placed(address, { pattern: this, shard, of: this.shards }))
    ));
    this.service = routed.service;
    this.address = routed.address;
  }

  /**
   * The shard that owns a key: the same that the router chooses.
   *
   * @param key a key as text. A function that returns numbers chooses by itself
   * @throws where it is empty, or holds half of a surrogate pair: a request with such a key is answered with 400
   */
  public shardOf(key: string): number {
    [key] = checked('Shard.shardOf', [key], { of: this });
    if (key === '') refuse(this, "key is '': an empty key is none, and its request is answered with 400");
    if (/[\ud800-\udfff]/u.test(key)) {
      refuse(this, `key is ${JSON.stringify(key)}: half of a surrogate pair is no text in UTF-8, and its `
        + 'request is answered with 400');
    }
    return ownerOf(key, this.shards);
  }
}
