import { checked } from '../checks/arguments/checked';
import { Refusal } from '../checks/refusal';

/** Which headers pass, their names in lower case. */
export interface CallerHeadersSpec {
  readonly kind: 'only' | 'without';
  readonly names: readonly string[];
}

/** What tells who a caller is. */
const CREDENTIALS = ['authorization', 'cookie', 'proxy-authorization'];
/** What gateways say of a caller, and we ourselves. */
const FORWARDING = [
  'forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-prefix',
  'x-forwarded-proto', 'x-real-ip',
];
/** A token (RFC 9110, section 5.6.2), in characters that nginx can name. */
const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
/** What is written for each connection, or describes the message itself. */
const OURS = new Set([
  'connection', 'content-length', 'expect', 'host', 'keep-alive', 'proxy-connection', 'te', 'trailer',
  'transfer-encoding', 'upgrade',
]);

/**
 * Which headers of the caller's request are passed on to a backend. Headers that describe the body (`content-…`), and
 * those that a connection needs, always are.
 */
export class CallerHeaders {
  /** All headers, and those by which routers and roots describe the caller: `x-forwarded-for` and similar ones. */
  public static all(): CallerHeaders {
    return new CallerHeaders({ kind: 'without', names: [] });
  }

  /**
   * All headers except those that tell who is calling: `authorization`, `cookie`, `proxy-authorization`, and those by
   * which gateways, routers and roots describe the caller (`forwarded`, `via`, `x-forwarded-…`, `x-real-ip`).
   */
  public static anonymous(): CallerHeaders {
    return new CallerHeaders({ kind: 'without', names: [...CREDENTIALS, ...FORWARDING] });
  }

  /**
   * All headers except some.
   *
   * @param names their names, in any case
   * @throws where one is no name, or belongs to the connection
   */
  public static allBut(...names: string[]): CallerHeaders {
    return of('allBut', 'without', names);
  }

  /**
   * These headers and no others: `CallerHeaders.only('accept', 'authorization', 'traceparent')`.
   *
   * @param names their names, in any case
   * @throws where one is no name, or belongs to the connection
   */
  public static only(...names: string[]): CallerHeaders {
    return of('only', 'only', names);
  }

  /** @internal */
  public static _of(spec: CallerHeadersSpec): CallerHeaders {
    return new CallerHeaders(spec);
  }

  /** Which of them reach the backend: `all`, `all but cookie, forwarded`, `only accept` or `none`. */
  public readonly forwarded: string;
  /** @internal */
  public readonly _spec: CallerHeadersSpec;

  private constructor(spec: CallerHeadersSpec) {
    this.forwarded = forwardedOf(spec);
    this._spec = spec;
  }
}

function forwardedOf({ kind, names }: CallerHeadersSpec): string {
  if (names.length === 0) return kind === 'only' ? 'none' : 'all';
  return `${kind === 'only' ? 'only' : 'all but'} ${names.join(', ')}`;
}

function of(called: string, kind: CallerHeadersSpec['kind'], given: readonly string[]): CallerHeaders {
  [given] = checked(`CallerHeaders.${called}`, [given]);
  return CallerHeaders._of({
    kind, names: [...new Set(given.map((name) => headerName(`CallerHeaders.${called}`, name)))],
  });
}

/**
 * The name of a header in lower case.
 * @throws where it is none, or belongs to the connection or the message
 */
export function headerName(called: string, given: string): string {
  const name = given.toLowerCase();
  if (!NAME.test(name)) {
    throw new Refusal(`${called} names '${given}', which is no name of a header: write it with letters, digits and `
      + "dashes, as in 'x-tenant'");
  }
  if (OURS.has(name)) {
    throw new Refusal(`${called} names '${given}', which belongs to the connection or the body: leave it out`);
  }
  return name;
}
