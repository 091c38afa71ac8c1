import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { GatewayReference } from './gateway-reference';
import { httpRoute } from './http-routes';
import { IngressOptions } from './ingress-options';
import type { ExistingBackend } from '../backends/address';
import type { BackendAddress, BackendBindOptions, IBackend } from '../backends/backend-interface';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { Refusal } from '../checks/refusal';
import { patternSelector } from '../manifests/labels';
import { nameOf } from '../manifests/names';
import type { IEndpoint } from '../platform/endpoint';
import type { PatternServiceOptions } from '../platform/pattern-service';
import type { Peer } from '../platform/peer';
import { Platform } from '../platform/platform';
import type { PodOptions } from '../platform/pod-options';

/** Options of every pattern. */
export interface PatternProps {
  /**
   * Who may call the pattern. Patterns of the same app that have it as a backend always may, and so may functions
   * with an `Egress` to it.
   * @default [Peer.anywhere()] - a pattern accepts any caller, because Ingress controllers may be in any namespace
   */
  readonly clients?: Peer[];

  /**
   * The Service that callers use. With another name or port, such as `http://users`, the pattern takes the place of
   * what they call today.
   * @default - named like the pattern, at port 8080, reachable in the cluster
   */
  readonly service?: PatternServiceOptions;

  /**
   * Where the pattern's pods run, and other settings of the pods.
   * @default - as the Platform says
   */
  readonly pods?: PodOptions;
}

/**
 * The base of all patterns. A pattern has one address that callers use. It is itself a backend, so patterns nest.
 */
export abstract class Pattern extends Construct
  implements IBackend, IEndpoint {
  /**
   * The Service that callers use: that of the pattern's router or root, as a Service of cdk8s-plus.
   *
   * Its type is `any`, because to a compiler the Service of one version of cdk8s-plus is not that of another, although
   * it works there. A type assertion gives the type back:
   *
   * ```ts
   * const service = users.service as kplus.Service;
   * ```
   */
  public abstract readonly service: any;

  /** The groups of pods that do the work. Each is a backend that other patterns can use. */
  public abstract readonly backends: ExistingBackend[];

  /** The address at which other patterns reach this one. */
  public abstract readonly address: BackendAddress;

  /** Undefined: as a backend of another pattern, it has its replicas already. */
  public readonly defaultReplicas?: number;

  protected constructor(scope: Construct, id: string, props: PatternProps) {
    [scope, id, props] = checked('Pattern', [scope, id, props], { subclass: true });
    if (!id) {
      throw new Refusal(
        `[${scope.node.path}] id is '': a pattern needs one, of which the names of its objects are made`,
      );
    }
    super(scope, id);
    if (!scope.node.scopes.some((each) => Chart.isChart(each))) {
      refuse(this, "scope is in no chart: make one, as in new Chart(app, 'shop')");
    }
    if (props.pods) Platform.configure(this, { pods: props.pods });
  }

  /** The host name that callers in the cluster use: `users`, or `users.shop.svc` where the chart names a namespace. */
  public get host(): string {
    return this.address.host;
  }

  /** The TCP port that callers use. */
  public get port(): number {
    return this.address.port;
  }

  /**
   * Makes the pattern reachable from outside the cluster, as `Service.exposeViaIngress` of cdk8s-plus does. The
   * Ingress is named like the pattern's Service. Further paths are added to it.
   *
   * @param path the HTTP path, for example `/users`
   * @param options the path's type, and an Ingress to add the path to
   * @returns the Ingress, for rules and TLS: `const ingress: kplus.Ingress = users.exposeViaIngress('/users')`
   */
  public exposeViaIngress(path: string, options: IngressOptions = {}): any {
    [path, options] = checked('Pattern.exposeViaIngress', [path, options], { of: this });
    if (!path.startsWith('/')) refuse(this, `path is '${path}': a path starts with a slash, as in '/users'`);
    const service: kplus.Service = this.service;
    // Whichever cdk8s-plus it is of, no more is asked of it than to add the path.
    const ingress = (options.ingress ?? this.ownIngress()) as kplus.Ingress;
    return service.exposeViaIngress(path, { ...options, ingress });
  }

  /**
   * Makes the pattern reachable from outside the cluster through a Gateway (https://gateway-api.sigs.k8s.io). It makes
   * an HTTPRoute in the pattern's namespace, named like its Service. Further paths are added to it. For other hosts or
   * another Gateway there is a further HTTPRoute, whose name ends with a hash of these.
   *
   * The Gateway decides which routes it takes. If it is in another namespace, a listener's `allowedRoutes` must let in
   * routes of the pattern's namespace, and the listener's `hostname`, if it has one, must match. No ReferenceGrant is
   * needed, because route and Service are in one namespace. `clients` must let the Gateway's pods in, as they do by
   * default.
   *
   * ```ts
   * web.exposeViaRoute(['shop.example.com'], { name: 'public', namespace: 'gateways' }, '/cart');
   * ```
   *
   * @param hostnames 1 to 16 names of hosts, in small letters. `*.example.com` is every host below `example.com`
   * @param gateway the name of a Gateway in the pattern's namespace, or a reference to another one
   * @param path the prefix of the paths of requests, part by part: `/cart` matches `/cart/items`, but not `/carts`
   * @returns the HTTPRoute, for patches
   * @throws if the Gateway API does not allow such a host, Gateway or path, or no further one
   */
  public exposeViaRoute(hostnames: string[], gateway: string | GatewayReference, path: string = '/'): ApiObject {
    [hostnames, gateway, path] = checked('Pattern.exposeViaRoute', [hostnames, gateway, path], { of: this });
    const reference = typeof gateway === 'string' ? { name: gateway } : gateway;
    return httpRoute(this, this.service, hostnames, reference, path);
  }

  /** Gives its address to another pattern, of which it is a backend. Nothing is made. */
  public bind(_scope: Construct, _id: string, _options: BackendBindOptions): BackendAddress {
    return this.address;
  }

  /**
   * The pattern as a peer of cdk8s-plus. It stands for all of its pods, those of its router or root and those made for
   * its groups. `deployment.connections.allowFrom(pattern)` lets them into the Deployment's pods, and out of their
   * own.
   *
   * If the Platform makes no NetworkPolicies, add `{ isolation: PodConnectionsIsolation.POD }`. Otherwise the policy
   * of cdk8s-plus is the only one that the pattern's pods have, and forbids them everything else, including DNS.
   *
   * `allowTo(pattern)` opens every pod of the pattern, past a Shard's router too. Name callers in `clients` instead.
   */
  public toNetworkPolicyPeerConfig(): any {
    const config: kplus.NetworkPolicyPeerConfig = { podSelector: this.toPodSelectorConfig() };
    return config;
  }

  /** The pattern as a selector of pods: an IPodSelector of cdk8s-plus. */
  public toPodSelector(): Pattern {
    return this;
  }

  /**
   * Selects all pods of the pattern.
   * @returns a PodSelectorConfig of cdk8s-plus
   */
  public toPodSelectorConfig(): any {
    const { namespace } = Chart.of(this);
    const config: kplus.PodSelectorConfig = {
      labelSelector: kplus.LabelSelector.of({ labels: patternSelector(nameOf(this)) }),
      namespaces: namespace === undefined ? undefined : { names: [namespace] },
    };
    return config;
  }

  private ownIngress(): kplus.Ingress {
    const made = this.service.node.tryFindChild('Ingress') as kplus.Ingress | undefined;
    const { name, labels } = this.service.metadata.toJson();
    return made ?? new kplus.Ingress(this.service, 'Ingress', { metadata: { name, labels } });
  }
}
