import type { Dialect } from './dialect';
import { forwardedLines } from './forwarded';
import { hopLines } from './hop-headers';
import { NEXT_TRY } from './idle';
import type { Patience } from './limits';
import { requestHeaders } from './request-headers';
import { Upstream, waysThroughService } from './upstream';

/** What is the same for all requests that are passed on. */
export interface Proxying {
  /** Seconds a replica may be silent. */
  readonly timeout: number;
  /** Whether headers pass whatever characters their names have. */
  readonly allHeaders: boolean;
  /** The groups requests go to. */
  readonly upstreams: readonly Upstream[];
  /** How requests wait for replicas, where they do. */
  readonly patience?: Patience;
}

/** Lines of the public server: how requests are passed on. */
export function proxying(config: Proxying, dialect: Dialect): string[] {
  // Pods that may be gone, and every way through the Service, each over a new connection: kube-proxy forwards to a pod
  // that was killed for up to a second, so of two replicas every other connection is refused (on Kubernetes, both
  // replicas killed in turn before the router knew them, 4 tries lost GETs in 3 of 4 runs, 10 in none of 28). The
  // price: a group without any pod is given up after 3 s instead of 1. A failure of a kept-alive connection does not
  // count, since nginx cannot know whether its pod or its age was the reason. So a request that kills its pod is not
  // kept from killing further ones.
  const tries = Math.min(4, config.upstreams[0].replicas) + waysThroughService(config.upstreams.length)
    + (config.patience ? 1 : 0);
  const { module } = dialect;
  return [
    ...forwardedLines,
    ...module === 'grpc' ? grpcOnly(config, dialect) : httpOnly(config, dialect),
    // Within a node or a zone a connection stands in milliseconds; an address that does not answer belongs
    // to a pod that is gone.
    `${module}_connect_timeout 500ms;`,
    `${module}_read_timeout ${config.timeout}s;`,
    `${module}_send_timeout ${config.timeout}s;`,
    // Another replica is asked when a connection fails; once a request was sent, only if its method is safe to repeat
    // (nginx's own rule while `non_idempotent` is not given). One silence and a few refusals fit into the time.
    `${module}_next_upstream error timeout;`,
    `${module}_next_upstream_tries ${tries};`,
    `${module}_next_upstream_timeout ${config.timeout + NEXT_TRY}s;`,
  ];
}

function httpOnly(config: Proxying, dialect: Dialect): string[] {
  return [
    ...hopLines,
    'proxy_http_version 1.1;',
    ...requestHeaders(dialect, config.allHeaders),
    ...streaming,
  ];
}

/** In this module bodies and trailers stream both ways whatever is said. */
function grpcOnly(config: Proxying, dialect: Dialect): string[] {
  return [...requestHeaders(dialect, config.allHeaders), 'grpc_buffer_size 64k;', ...disobedience('grpc')];
}

/** What a replica says to a proxy may be meant for one in front of us: we pass it on, and obey none of it. */
function disobedience(module: Dialect['module']): string[] {
  return [
    `${module}_ignore_headers ${ACCEL.join(' ')};`, ...ACCEL.map((header) => `${module}_pass_header ${header};`),
  ];
}

/**
 * Headers by which a backend would command nginx
 * (https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers).
 */
const ACCEL = ['X-Accel-Redirect', 'X-Accel-Expires', 'X-Accel-Limit-Rate', 'X-Accel-Buffering', 'X-Accel-Charset'];

/** Bodies stream both ways: events arrive as they are sent, and an upload needs no disk of ours. */
export const streaming = [
  'proxy_buffering off;',
  'proxy_request_buffering off;',
  // The head of an answer, and then each part of its body: as much as clients take, many cookies too. A larger head
  // is a 502, and nginx counts it as a failure of the pod. Memory is used as far as it is filled.
  'proxy_buffer_size 64k;',
  // Nothing is buffered, but nginx wants these to fit to the above.
  'proxy_buffers 4 64k;',
  'proxy_busy_buffers_size 64k;',
  ...disobedience('proxy'),
  'proxy_redirect off;',
  'proxy_pass_trailers on;',
];
