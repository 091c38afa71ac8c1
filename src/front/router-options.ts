import { Duration, Size } from 'cdk8s';
import type { FrontOptions } from './front-options';

/** The nginx in front of a pattern's groups. */
export interface RouterOptions extends FrontOptions {
  /**
   * How long a replica may be silent: before its answer starts, and between two parts of it. Then a GET (or another
   * method that is safe to repeat) is given to another replica; other requests end with 504. It is also how long a
   * WebSocket or an event stream may be idle, unless `idleTimeout` says that. Whole seconds.
   *
   * A client waits at most three times this and 6 seconds for its answer to begin, even where every replica is frozen:
   * the last try starts within this and 5 seconds, and a GET during which DNS heard of other replicas begins once
   * more. Where every replica is gone it is refused at once, with 502 or 503, or after half a second for each address
   * that does not answer.
   *
   * Of gRPC it is how long either side of a call may be silent. A call that has had no answer at all then gets
   * DEADLINE_EXCEEDED; the stream of one that has is reset. A deadline of the caller's (`grpc-timeout`) reaches the
   * replica as it is, and ends the call there too.
   *
   * A router pod that stops has this and five seconds for the requests at hand, half a minute at least; or what
   * `pods.terminationGracePeriod` leaves.
   * @default - 60 seconds; where a backend may take longer than 55, as its own time-out says, that and five seconds
   */
  readonly timeout?: Duration;

  /**
   * How long a WebSocket may be idle, in both directions, before it is closed, and how long a replica may be silent
   * when the client accepts server-sent events (`accept: text/event-stream`, also among others): before its answer
   * starts, and between two events. Whole seconds. `timeout` still finds a replica that hangs, by all other requests;
   * those of this kind that such a replica has got already wait for it until this time ends, or it is restarted.
   *
   * How long one that is not idle stays open when a router pod stops is what `pods.terminationGracePeriod` leaves.
   * Where a pattern has another as its backend, the routers of both need this option.
   * @default - as `timeout`
   */
  readonly idleTimeout?: Duration;

  /**
   * How long requests wait while no replica of their group takes connections, as when the only one is replaced: any
   * method, with any body, since nothing has been sent by then. Whole seconds; nothing for not at all. It is a part of
   * `timeout`, since to its client a request that waits is one that gets no answer, and so no longer than that.
   *
   * What waits is held open, with no more of its body than the buffers of its connection take. When replicas are back,
   * a router pod lets in up to 16 of these requests at a time. Those whose time is up get a 503 with `retry-after`.
   * Half of `resources.memory` is for them, 0.4 MiB each: with the default, 320 in each router pod, of which one group
   * of several may have half; further ones get a 503 at once. While requests wait, a router pod asks the group up to
   * ten times a second with `OPTIONS *`, which does nothing (RFC 9110, section 9.3.7); any answer will do.
   *
   * Not for gRPC, whose clients try again by themselves, nor for backends by TLS.
   * @default - 30 seconds, or `timeout` where that is shorter, if a backend has `storage`, whose pods go down before
   * their successors start; otherwise requests do not wait
   */
  readonly patience?: Duration;

  /**
   * The largest request body, of 1 KiB or more. A longer one is answered with 413. Bodies stream through and cost the
   * router no memory, except where it reads them to find a key (`ShardKey.fromField`, and a `fromFunction` that
   * mentions `body`): there, `resources.memory` must have 24 MiB and 62 times this (for each further worker process,
   * 55 times this more), because parsed JSON can take that much. While a body is parsed, other requests of that worker
   * process wait: 50 ms for each MiB of usual JSON.
   * @default - 100 MiB; 1 MiB where the router reads bodies; of gRPC none, since its streams have no end
   */
  readonly maxBodySize?: Size;

  /**
   * Whether headers are passed on whatever characters their names have. Without it, nginx drops those with others than
   * letters, digits and dashes, such as `x_tenant` and `x.trace`.
   *
   * Programs behind CGI or WSGI read `X_Forwarded_For` as X-Forwarded-For: headers with underscores that would pass
   * for one that the router sets are dropped all the same. `X.Forwarded.For` is passed on; only PHP reads its dots as
   * underscores. nginx itself reads `X_Forwarded_Proto` as X-Forwarded-Proto, so that gateways among the
   * `trustedProxies` must drop both of what their clients send. A Shard whose key is a header or comes from a function
   * cannot have it: `X_User` would pass for X-User.
   * @default false
   */
  readonly allHeaders?: boolean;

  /**
   * Whether each request is logged to standard output, as one line of JSON: time, method, path (without the query),
   * status, seconds, bytes, client, group, shard, the replicas asked and their seconds, request id and trace id.
   * @default false
   */
  readonly accessLog?: boolean;

  /**
   * Whether requests are counted by group and status code, with their latencies, for Prometheus at `/metrics` of port
   * 9090. Without it, that page tells of connections only. A script counts, and nginx has no cheaper way: about 12 µs
   * of CPU a request, a third of what a router needs for one (`npm run bench -- shard`).
   * @default false
   */
  readonly metrics?: boolean;
}
