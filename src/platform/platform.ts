import { IConstruct } from 'constructs';
import { checkImage } from './image';
import type { Peer } from './peer';
import type { PodMonitorOptions } from './pod-monitors';
import type { PodOptions } from './pod-options';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { isHostName } from '../checks/hosts';
import { checkDuration, checkWhole } from '../checks/numbers';

/** What the patterns below a construct run on. Everything has a default. */
export interface PlatformProps {
  /**
   * The image of every router: nginx 1.29.3 or newer whose entrypoint is the official image's, by tag or digest, from
   * any registry. Older ones do not know the port that a request is for (`$request_port`,
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
   * The major version of Node in `nodeImage`, 24 or newer. From 25 on, Node lets a program use the network only where
   * an option says so that 24 does not know (`--allow-net`, https://nodejs.org/api/permissions.html).
   * @default - what the image's tag says where the image is called `node`, as in 'node:26-alpine'; else 24
   */
  readonly nodeVersion?: number;

  /**
   * The image of each Valkey that is made (`Valkey.deploy`).
   * @default 'valkey/valkey:9-alpine'
   */
  readonly valkeyImage?: string;

  /**
   * The cluster's DNS domain, the end of every Service's full name.
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;

  /**
   * Whether NetworkPolicies say which pods may talk to each other. Where they are not made, nothing of ours limits
   * connections.
   * @default true
   */
  readonly networkPolicies?: boolean;

  /**
   * Who may read metrics, at the admin ports of routers, roots and functions and where a port of an image has a
   * `metricsPath`: `Peer.namespace('monitoring')`.
   * @default - nobody: metrics tell of paths and loads, and nothing says where a cluster's Prometheus is
   */
  readonly scrapers?: Peer[];

  /**
   * Whether pods that have metrics say so in the annotations `prometheus.io/scrape`, `prometheus.io/port` and
   * `prometheus.io/path`, which many a Prometheus looks for. It must be among the `scrapers` too.
   * @default false - Prometheus itself knows no such annotations; with its operator, a PodMonitor is the way
   */
  readonly scrapeAnnotations?: boolean;

  /**
   * Whether a PodMonitor of the Prometheus operator stands beside each group that has metrics, and what is written on
   * it. The cluster must know the kind (`monitoring.coreos.com/v1`), and that Prometheus must be among the `scrapers`.
   * @default - none are made
   */
  readonly podMonitors?: PodMonitorOptions;

  /**
   * Where all pods run, and what else is written on them. What a pattern's own `pods` say takes their place, option by
   * option.
   * @default - nothing
   */
  readonly pods?: PodOptions;
}

/** 1.29.3, which has `$request_port`. */
const OLDEST_NGINX = 1_029_003;

/** The major version that our programs need. */
const OLDEST_NODE = 24;

const CONTEXT = 'cdk8s-metaparticle:platform';

/**
 * Says once for a whole app or chart which images the patterns use, and what the cluster is like.
 *
 * ```ts
 * const chart = new Chart(app, 'shop');
 * Platform.configure(chart, { nginxImage: 'registry.example/nginx@sha256:…' });
 * ```
 */
export class Platform {
  /**
   * Sets what all patterns below `scope` use. Call it before they are made.
   * @throws where an image is not one, nginx is older than 1.29.3, Node is older than 24, the domain is none, or
   * `scope` has children already
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

  /** What the patterns at `scope` use. */
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
  /** Whether pods that have metrics say so in annotations. */
  public readonly scrapeAnnotations: boolean;
  /** What is written on PodMonitors. Without it none are made. */
  public readonly podMonitors?: PodMonitorOptions;
  /** Where pods run, and what else is written on them. */
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
