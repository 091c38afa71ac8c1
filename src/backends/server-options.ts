import { Duration } from 'cdk8s';
import type { CallerHeaders } from './caller-headers';
import type { HeaderValue } from './header-value';
import type { TlsOptions } from './tls-options';
import type { Protocol } from '../platform/protocol';

/** Options of backends that exist already: how they are spoken to. */
export interface ServerOptions {
  /**
   * What it speaks.
   * @default Protocol.HTTP
   */
  readonly protocol?: Protocol;

  /**
   * How TLS is spoken to it. `{}` takes every default; of a URL, its scheme says whether TLS is spoken.
   * @default - no TLS, except for URLs whose scheme is https
   */
  readonly tls?: TlsOptions;

  /**
   * Headers that requests get on their way there, such as API keys. They replace headers of the caller.
   * @default - none
   */
  readonly headers?: { readonly [name: string]: HeaderValue };

  /**
   * Which headers of the caller's request go there.
   * @default - all; to a host outside of the cluster, `CallerHeaders.anonymous()`
   */
  readonly callerHeaders?: CallerHeaders;

  /**
   * How long it may take to connect, with TLS including the handshake.
   * @default - half a second within the cluster, 5 seconds to a host outside of it
   */
  readonly connectTimeout?: Duration;

  /**
   * How long an idle connection is kept for further requests. `Duration.seconds(0)` keeps none. It must be shorter
   * than the time after which the server closes an idle connection itself, because a request that meets a connection
   * while it is closed is lost.
   * @default Duration.seconds(4)
   */
  readonly keepAlive?: Duration;
}
