import { IConstruct } from 'constructs';
import { refuse } from './errors';

/** What the patterns below a construct run on; everything has a default. */
export interface PlatformProps {
  /**
   * The image of every router: nginx 1.27.3 or newer whose entrypoint is the official image's, by tag or digest, from any registry.
   * Older ones cannot follow Service names (`resolve`, https://nginx.org/en/docs/http/ngx_http_upstream_module.html#resolve).
   * @default 'nginx:1.30-alpine'
   */
  readonly nginxImage?: string;

  /**
   * The image that runs functions and the roots of ScatterGathers: Node 24 or newer.
   * @default 'node:24-alpine'
   */
  readonly nodeImage?: string;

  /**
   * The cluster's DNS domain, the end of every Service's full name.
   * @default 'cluster.local'
   */
  readonly clusterDomain?: string;
}

const CONTEXT = 'cdk8s-metaparticle:platform';

/**
 * Says once for a whole app or chart which images the patterns use and what the cluster is called.
 *
 * ```ts
 * const chart = new Chart(app, 'shop');
 * Platform.configure(chart, { nginxImage: 'registry.example/nginx@sha256:…' });
 * ```
 */
export class Platform {
  /**
   * Sets what all patterns below `scope` use; call it before they are made.
   * @throws where an image is not one, or `scope` has children already
   */
  public static configure(scope: IConstruct, props: PlatformProps): void {
    for (const name of ['nginxImage', 'nodeImage'] as const) {
      const image = props[name];
      if (image !== undefined) checkImage(scope, name, image);
    }
    if (scope.node.children.length > 0) {
      refuse(scope, 'Platform.configure comes too late, after constructs were made here: call it right after the chart is created');
    }
    scope.node.setContext(CONTEXT, { ...scope.node.tryGetContext(CONTEXT), ...props });
  }

  /** What the patterns at `scope` use. */
  public static of(scope: IConstruct): Platform {
    return new Platform(scope.node.tryGetContext(CONTEXT) ?? {});
  }

  /** The image of routers. */
  public readonly nginxImage: string;
  /** The image that runs functions and roots. */
  public readonly nodeImage: string;
  /** The cluster's DNS domain. */
  public readonly clusterDomain: string;

  private constructor(props: PlatformProps) {
    this.nginxImage = props.nginxImage ?? 'nginx:1.30-alpine';
    this.nodeImage = props.nodeImage ?? 'node:24-alpine';
    this.clusterDomain = props.clusterDomain ?? 'cluster.local';
  }
}

/**
 * Checks an image reference: `[host[:port]/]path[:tag][@digest]`
 * (https://github.com/distribution/reference/blob/main/reference.go).
 * @internal
 */
export function checkImage(scope: IConstruct, property: string, image: string): void {
  const pattern = /^([a-zA-Z0-9.-]+(:\d+)?\/)?[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@[a-z0-9]+:[a-f0-9]{32,})?$/;
  if (!pattern.test(image)) {
    refuse(scope, `${property} is '${image}', which is no image reference: write it as in 'ghcr.io/acme/users:1.4.2', in lower case and without spaces`);
  }
}
