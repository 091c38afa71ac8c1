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
import { patternSelector } from '../manifests/labels';
import { nameOf } from '../manifests/names';
import type { IEndpoint } from '../platform/endpoint';
import type { PatternServiceOptions } from '../platform/pattern-service';
import type { Peer } from '../platform/peer';
import { Platform } from '../platform/platform';
import type { PodOptions } from '../platform/pod-options';

/** What every pattern can be told. */
export interface PatternProps {
  /**
   * Who may call the pattern. Patterns of the same app that have it as a backend always may, and so may functions
   * with an `Egress` to it.
   * @default [Peer.anywhere()] - a pattern is made to be called, and does not know by whom: Ingress
   * controllers are anywhere
   */
  readonly clients?: Peer[];

  /**
   * The Service that callers know: another name or port lets the pattern take the place of what they call today, as in
   * `http://users`.
   * @default - named like the pattern, at port 8080, reachable in the cluster
   */
  readonly service?: PatternServiceOptions;

  /**
   * Where the pattern's pods run, and what else is written on them.
   * @default - as the Platform says
   */
  readonly pods?: PodOptions;
}

/**
 * What all patterns have in common: one address that callers talk to. A pattern is itself a backend, so patterns nest.
 */
export abstract class Pattern extends Construct
  implements IBackend, IEndpoint {
  /**
   * What callers talk to: the Service of the pattern's router or root, with all that cdk8s-plus knows to do with one.
   *
   * It is declared as of any type, because the Service of one cdk8s-plus is none to the compiler where another one is
   * used, and works there all the same. A declaration gives the type back:
   *
   * ```ts
   * const service: kplus.Service = users.service;
   * ```
   */
  public abstract readonly service: any;

  /** The groups that do the work: each is a backend that other patterns can use. */
  public abstract readonly backends: ExistingBackend[];

  /** Where the pattern answers, as other patterns see it. */
  public abstract readonly address: BackendAddress;

  /** As a backend of another pattern, it has its replicas already: none are made. */
  public readonly defaultReplicas?: number;

  protected constructor(scope: Construct, id: string, props: PatternProps) {
    [scope, id, props] = checked('Pattern', [scope, id, props], { subclass: true });
    if (!id) {
      throw new Error(
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
   * Ingress is named like the pattern's Service; further paths are added to it.
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
   * Makes the pattern reachable from outside the cluster through a Gateway (https://gateway-api.sigs.k8s.io): an
   * HTTPRoute in the pattern's namespace, named like its Service. Further paths are added to it; for other hosts or
   * another Gateway there is a further HTTPRoute, whose name ends with a hash of these.
   *
   * The Gateway decides which routes it takes: a listener's `allowedRoutes` must let in those of the pattern's
   * namespace, where it is not the Gateway's own, and its `hostname`, if it has one, must fit these. No ReferenceGrant
   * is needed, because route and Service are in one namespace. `clients` must let the Gateway's pods in, as they do by
   * default.
   *
   * ```ts
   * web.exposeViaRoute(['shop.example.com'], { name: 'public', namespace: 'gateways' }, '/cart');
   * ```
   *
   * @param hostnames 1 to 16 names of hosts, in small letters. `*.example.com` is every host below `example.com`
   * @param gateway the name of a Gateway of the pattern's namespace, or which one it is otherwise
   * @param path what the paths of requests begin with, part by part: `/cart` is also `/cart/items`, and not `/carts`
   * @returns the HTTPRoute, for patches
   * @throws where the Gateway API allows no such host, Gateway or path, or no further one
   */
  public exposeViaRoute(hostnames: string[], gateway: string | GatewayReference, path: string = '/'): ApiObject {
    [hostnames, gateway, path] = checked('Pattern.exposeViaRoute', [hostnames, gateway, path], { of: this });
    const reference = typeof gateway === 'string' ? { name: gateway } : gateway;
    return httpRoute(this, this.service, hostnames, reference, path);
  }

  /** The pattern as a backend of another one: nothing is made, its address is given. */
  public bind(_scope: Construct, _id: string, _options: BackendBindOptions): BackendAddress {
    return this.address;
  }

  /**
   * The pattern as a peer of cdk8s-plus: all of its pods, those of its router or root and those that are made for its
   * groups. `deployment.connections.allowFrom(pattern)` lets them in at the Deployment's pods, and out at their own.
   *
   * Where the Platform makes no NetworkPolicies, add `{ isolation: PodConnectionsIsolation.POD }`: else that of
   * cdk8s-plus is the only one that the pattern's pods have, and keeps them from all else, DNS too.
   *
   * The other way, `allowTo(pattern)`, opens every pod of it too, past a Shard's router: rather name who may call in
   * `clients`.
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
