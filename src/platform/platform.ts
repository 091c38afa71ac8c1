import { IConstruct } from 'constructs';
import { checkImage } from './image';
import type { Peer } from './peer';
import type { PodMonitorOptions } from './pod-monitors';
import type { PodOptions } from './pod-options';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { isHostName } from '../checks/hosts';
import { checkDuration, checkWhole } from '../checks/numbers';

/** Which images patterns use, and what the cluster is like. Everything has a default. */
export interface PlatformProps {
  /**
   * The image of every router, by tag or digest, from any registry. It must be nginx 1.29.3 or newer and have the
   * entrypoint of the official image. Older versions do not know the port that a request is for (`$request_port`,
   * https://nginx.org/en/docs/http/ngx_http_core_module.html#var_request_port), drop kept-alive connections when they
   * shut down (before 1.27.4), or cannot follow Service names (before 1.27.3).
   * @default 'nginx:1.30-alpine'
   */
  readonly nginxImage?: string;

  /**
   * The image that runs functions and the roots of ScatterGathers: Node 24 or newer.
   * @default 'node:24-alpine'
   */
  readonly nodeImage?: string;

  /**
   * The major version of Node in `nodeImage`, 24 or newer. From 25 on, a program may use the network only with an
   * option that 24 does not know (`--allow-net`, https://nodejs.org/api/permissions.html).
   * @default - the version in the image's tag if the image is called `node`, as in 'node:26-alpine'; otherwise 24
   */
  readonly nodeVersion?: number;

  /**
   * The image of each Valkey that is made (`Valkey.deploy`).
   * @default 'valkey/valkey:9-alpine'
   */
  readonly valkeyImage?: string;

  /**
   * The DNS domain of the cluster. The full name of every Service ends with it.
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;

  /**
   * Whether NetworkPolicies limit which pods may connect to each other. With `false` none are made, and the library
   * limits no connections.
   * @default true
   */
  readonly networkPolicies?: boolean;

  /**
   * Who may read metrics, as in `Peer.namespace('monitoring')`: at the admin ports of routers, roots and functions,
   * and at ports of images that have a `metricsPath`.
   * @default - nobody, because metrics reveal paths and load
   */
  readonly scrapers?: Peer[];

  /**
   * Whether pods with metrics get the annotations `prometheus.io/scrape`, `prometheus.io/port` and
   * `prometheus.io/path`, which many installations of Prometheus look for. Prometheus must be among the `scrapers`.
   * @default false - Prometheus itself knows no such annotations. With its operator, use `podMonitors`
   */
  readonly scrapeAnnotations?: boolean;

  /**
   * Makes a PodMonitor of the Prometheus operator for each group with metrics. The cluster must know the kind
   * (`monitoring.coreos.com/v1`), and Prometheus must be among the `scrapers`.
   * @default - none are made
   */
  readonly podMonitors?: PodMonitorOptions;

  /**
   * Options of all pods. Each option that a pattern's own `pods` give replaces the one given here.
   * @default - none
   */
  readonly pods?: PodOptions;
}

/** 1.29.3, which has `$request_port`. */
const OLDEST_NGINX = 1_029_003;

/** The major version that our programs need. */
const OLDEST_NODE = 24;

const CONTEXT = 'cdk8s-metaparticle:platform';

/**
 * Configures images, the cluster and pods once for all patterns of an app or chart.
 *
 * ```ts
 * const chart = new Chart(app, 'shop');
 * Platform.configure(chart, { nginxImage: 'registry.example/nginx@sha256:…' });
 * ```
 */
export class Platform {
  /**
   * Sets the options of all patterns below `scope`. Call it before they are made.
   * @throws if an image reference or the domain is malformed, nginx is older than 1.29.3, Node is older than 24, or
   * `scope` already has children
   */
  public static configure(scope: IConstruct, props: PlatformProps): void {
    [scope, props] = checked('Platform.configure', [scope, props]);
    for (const name of ['nginxImage', 'nodeImage', 'valkeyImage'] as const) {
      const image = props[name];
      if (image !== undefined) checkImage(scope, name, image);
    }
    const nginx = /(?:^|\/)nginx:(\d+)\.(\d+)(?:\.(\d+))?/.exec(props.nginxImage ?? '');
    const version = nginx?.slice(1, 4).map((part = '999') => Number(part)).reduce((all, part) => all * 1000 + part);
    if (version !== undefined && version < OLDEST_NGINX) {
      refuse(scope, `nginxImage is '${props.nginxImage}': routers need nginx 1.29.3 or newer`);
    }
    if (props.nodeVersion !== undefined) {
      checkWhole(scope, 'nodeVersion', props.nodeVersion, OLDEST_NODE, 999);
    } else if (props.nodeImage !== undefined && versionOf(props.nodeImage) < OLDEST_NODE) {
      refuse(scope, `nodeImage is '${props.nodeImage}', which has Node ${versionOf(props.nodeImage)}: our programs `
        + `need Node ${OLDEST_NODE} or newer`);
    }
    if (props.clusterDomain !== undefined && !isHostName(props.clusterDomain)) {
      refuse(scope, `clusterDomain is '${props.clusterDomain}', which is no domain: write it as in 'cluster.local'`);
    }
    if (props.podMonitors?.interval) checkDuration(scope, 'podMonitors.interval', props.podMonitors.interval);
    if (scope.node.children.length > 0) {
      refuse(scope, 'Platform.configure comes too late, after constructs were made here: call it right after the '
        + 'chart is created');
    }
    const outer: PlatformProps = scope.node.tryGetContext(CONTEXT) ?? {};
    // Another image has a version of its own.
    const nodeVersion = props.nodeImage === undefined ? outer.nodeVersion : undefined;
    scope.node.setContext(CONTEXT, { ...outer, nodeVersion, ...props, pods: { ...outer.pods, ...props.pods } });
  }

  /** The options that patterns at `scope` use. */
  public static of(scope: IConstruct): Platform {
    [scope] = checked('Platform.of', [scope]);
    return new Platform(scope.node.tryGetContext(CONTEXT) ?? {});
  }

  /** The image of routers. */
  public readonly nginxImage: string;
  /** The image that runs functions and roots. */
  public readonly nodeImage: string;
  /** The major version of Node in it. */
  public readonly nodeVersion: number;
  /** The image of each Valkey that is made. */
  public readonly valkeyImage: string;
  /** The cluster's DNS domain. */
  public readonly clusterDomain: string;
  /** Whether NetworkPolicies are made. */
  public readonly networkPolicies: boolean;
  /** Who may read metrics. */
  public readonly scrapers: Peer[];
  /** Whether pods with metrics have annotations for Prometheus. */
  public readonly scrapeAnnotations: boolean;
  /** Options of PodMonitors. Without them, none are made. */
  public readonly podMonitors?: PodMonitorOptions;
  /** Options of all pods. */
  public readonly pods: PodOptions;

  private constructor(props: PlatformProps) {
    this.nginxImage = props.nginxImage ?? 'nginx:1.30-alpine';
    this.nodeImage = props.nodeImage ?? 'node:24-alpine';
    this.nodeVersion = props.nodeVersion ?? versionOf(this.nodeImage);
    this.valkeyImage = props.valkeyImage ?? 'valkey/valkey:9-alpine';
    this.clusterDomain = props.clusterDomain ?? 'cluster.local';
    this.networkPolicies = props.networkPolicies ?? true;
    this.scrapers = props.scrapers ?? [];
    this.scrapeAnnotations = props.scrapeAnnotations ?? false;
    this.podMonitors = props.podMonitors;
    this.pods = props.pods ?? {};
  }
}

/** What a group uses at its construct, where its own `pods` take the place of outer ones, option by option. */
export function platformOf(scope: IConstruct, pods?: PodOptions): Platform {
  if (pods) Platform.configure(scope, { pods });
  return Platform.of(scope);
}

/** The major version that the tag of a node image names; the oldest that our programs run on where it names none. */
function versionOf(image: string): number {
  return Number(/(?:^|\/)node:(\d+)/.exec(image)?.[1] ?? OLDEST_NODE);
}
