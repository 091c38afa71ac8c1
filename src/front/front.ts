import type { Duration } from 'cdk8s';
import type { Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { exposedAs } from './exposed';
import type { FrontOptions } from './front-options';
import { trafficInFront } from './traffic';
import { addressOf } from '../backends/address';
import type { BackendAddress } from '../backends/backend-interface';
import { group } from '../manifests/group';
import type { GroupLabels } from '../manifests/labels';
import { nameOf } from '../manifests/names';
import type { PodSpec } from '../manifests/pod-spec';
import { publicService } from '../manifests/service';
import type { PatternServiceOptions } from '../platform/pattern-service';
import type { Peer } from '../platform/peer';
import { Platform, platformOf } from '../platform/platform';
import { Protocol } from '../platform/protocol';

/** A group as a router or root sends to it. */
export interface Target {
  /** What it is called in configurations, logs, metrics and failures. */
  readonly name: string;
  readonly address: BackendAddress;
}

/** What a pattern says of what stands in front of its groups. */
export interface Fronting {
  /** Who may call. */
  readonly clients?: readonly Peer[];
  /** What callers see. */
  readonly service?: PatternServiceOptions;
}

/** What stands in front of groups, as their pattern hands it out. */
export interface Front {
  readonly service: Service;
  readonly address: BackendAddress;
}

/** What stands in front of groups. */
export interface FrontSpec extends Fronting {
  /** Its construct, below that of the pattern. */
  readonly id: 'Router' | 'Root';
  /** What its callers speak. */
  readonly protocol: Protocol;
  readonly targets: readonly Target[];
  /** How many pods, at most. */
  readonly replicas: number;
  /** How long an answer may take to begin. */
  readonly timeout: Duration;
  readonly options: FrontOptions;
}

/** Where the pods of what stands in front are made. */
export interface FrontPlace {
  readonly scope: Construct;
  readonly labels: GroupLabels;
  readonly platform: Platform;
  /** The name of its Service. */
  readonly service: string;
}

/** Makes what stands in front of a pattern's groups: a group whose Service carries the pattern's own name. */
export function front(pattern: Construct, spec: FrontSpec, podAt: (place: FrontPlace) => PodSpec): Front {
  const { id, protocol, targets, replicas, timeout, options, clients } = spec;
  const scope = new Construct(pattern, id);
  const labels = { pattern: nameOf(pattern), group: nameOf(scope), role: id.toLowerCase() };
  const exposed = exposedAs(pattern, labels.pattern, spec.service);
  const platform = platformOf(scope, options.pods);
  const made = group(scope, {
    labels,
    platform,
    protocol,
    ...exposed,
    replicas,
    scaling: options.scaling,
    ...trafficInFront(targets, clients, options.egress),
    pod: podAt({ scope, labels, platform, service: exposed.service }),
  }, publicService);
  const spoken = protocol === Protocol.GRPC ? { protocol } : {};
  return { service: made.service, address: { ...addressOf(made, replicas), ...spoken, timeout } };
}

/**
 * Where a target is, as configurations say it.
 * @param asked the name by which DNS is asked for a host
 */
export function whereIs({ name, address }: Target, asked: (host: string) => string) {
  const { host, podsHost, port, podsPort, keepAlive } = address;
  return {
    name,
    host: asked(host),
    podsHost: podsHost && asked(podsHost),
    port,
    podsPort,
    keepAlive: keepAlive?.toMilliseconds(),
  };
}
