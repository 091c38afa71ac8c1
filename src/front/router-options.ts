import { Duration, Size } from 'cdk8s';
import type { FrontOptions } from './front-options';

/** The nginx in front of a pattern's groups. */
export interface RouterOptions extends FrontOptions {
  /**
   * How long a replica may be silent before its answer starts, and between two parts of it. After that, a GET (or
   * another method that is safe to repeat) goes to another replica, and other requests end with 504. It is also how
   * long a WebSocket or an event stream may be idle, unless `idleTimeout` is given. Whole seconds.
   *
   * A client waits at most three times this and 6 seconds for its answer to begin, even if every replica hangs: the
   * last try starts within this and 5 seconds, and a GET during which DNS heard of other replicas begins once more. If
   * every replica is gone, the client gets 502 or 503 at once, or after half a second for each address that does not
   * answer.
   *
   * With gRPC it is how long either side of a call may be silent. A call that has had no answer at all then gets
   * DEADLINE_EXCEEDED, and the stream of a call that has had one is reset. A deadline of the caller (`grpc-timeout`)
   * reaches the replica unchanged, and also ends the call there.
   *
   * A router pod that stops has this and five seconds for open requests, at least half a minute; or what
   * `pods.terminationGracePeriod` leaves.
   * @default - 60 seconds; if a backend has a timeout of its own above 55 seconds, that and five seconds
   */
  readonly timeout?: Duration;

  /**
   * How long a WebSocket may be idle, in both directions, before it is closed. It is also how long a replica may be
   * silent before its answer starts, and between two events, if the client accepts server-sent events (`accept:
   * text/event-stream`, also among others). Whole seconds. All other requests still find a replica that hangs by
   * `timeout`. Streams that such a replica already has wait until this time ends, or the replica is restarted.
   *
   * When a router pod stops, `pods.terminationGracePeriod` says how long streams that are not idle may last. If a
   * pattern has another pattern as its backend, the routers of both need this option.
   * @default - as `timeout`
   */
  readonly idleTimeout?: Duration;

  /**
   * How long requests wait while no replica of their group takes connections, for example while the only one is
   * replaced. Any method with any body can wait, because nothing has been sent by then. Whole seconds; 0 for not at
   * all. It is part of `timeout`, and cannot be longer.
   *
   * The router reads no more of the body of a waiting request than the buffers of its connection take. When replicas
   * are back, each router pod lets in up to 16 of these requests at a time. Requests whose time is over get a 503 with
   * `retry-after`. Half of `resources.memory` is for waiting requests, 0.4 MiB each: by default 320 in each router
   * pod, of which one of several groups may have half. Further ones get a 503 at once. While requests wait, a router
   * pod asks the group up to ten times a second with `OPTIONS *`, which does nothing (RFC 9110, section 9.3.7).
   *
   * It is refused for gRPC, whose clients try again by themselves, and for backends that are reached by TLS.
   * @default - 30 seconds, or `timeout` if that is shorter, if a backend has `storage`, because its pods go down
   * before their successors start; otherwise requests do not wait
   */
  readonly patience?: Duration;

  /**
   * The largest request body, 1 KiB or more. A larger one is answered with 413. Bodies stream through and cost the
   * router no memory, unless it reads them to find a key (`ShardKey.fromField`, and a `fromFunction` that mentions
   * `body`). Then `resources.memory` must have 24 MiB and 62 times this (for each further worker process, 55 times
   * this more), because parsed JSON can take that much. While a body is parsed, other requests of that worker process
   * wait: 50 ms for each MiB of usual JSON.
   * @default - 100 MiB; 1 MiB if the router reads bodies; no limit for gRPC, because its streams have no end
   */
  readonly maxBodySize?: Size;

  /**
   * Whether all headers are passed on, whatever characters their names have. Without it, nginx drops headers whose
   * names have other characters than letters, digits and dashes, such as `x_tenant` and `x.trace`.
   *
   * Programs behind CGI or WSGI read `X_Forwarded_For` as X-Forwarded-For. Headers with underscores that such programs
   * would take for one of the router's are therefore dropped in any case. `X.Forwarded.For` is passed on; only PHP
   * reads its dots as underscores. nginx itself reads `X_Forwarded_Proto` as X-Forwarded-Proto, so gateways among the
   * `trustedProxies` must drop both forms that their clients send. A Shard whose key is a header or comes from a
   * function refuses this option, because `X_User` would be taken for X-User.
   * @default false
   */
  readonly allHeaders?: boolean;

  /**
   * Whether each request is logged to standard output, as one line of JSON with time, method, path (without the
   * query), status, seconds, bytes, client, group, shard, the replicas asked and their seconds, request id and trace
   * id.
   * @default false
   */
  readonly accessLog?: boolean;

  /**
   * Whether requests are counted by group and status code, with their latencies, for Prometheus at `/metrics` of port
   * 9090. Without it, that page has connections only. A script does the counting, because nginx has no cheaper way. It
   * takes about 8 µs of CPU a request, a third of what a router then needs for one (`npm run bench -- routers`).
   * @default false
   */
  readonly metrics?: boolean;
}
