import type { IncomingMessage } from 'node:http';
import { isIPv6, Socket } from 'node:net';
import type { LeafRequest } from './call';
import { CONDITIONS, RANGES } from './conditions';
import type { Form } from './form';
import { FORWARDED, forwardedLines, Trust } from './forwarded';
import { isIdempotent, isSafe } from './methods';
import { HOP_BY_HOP } from '../shared/hop-by-hop';
import { Problem } from '../shared/problem';
import { HOST } from '../shared/request-head';

/**
 * Headers that we write ourselves: framing, and what a gateway says of the client. `expect` has been met, and answers
 * must come as they are.
 */
export const OURS: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP, ...FORWARDED, 'host', 'content-length', 'expect', 'accept-encoding', 'x-request-id',
]);
/**
 * Where answers are put together, leaves must send whole ones: of two halves nobody makes one, and a 304 has nothing
 * to put in.
 */
const OURS_WHOLE: ReadonlySet<string> = new Set([...OURS, ...RANGES]);
/** A condition on a change must not get lost; one on a reading only spares the sending. */
const OURS_WHOLE_SAFE: ReadonlySet<string> = new Set([...OURS_WHOLE, ...CONDITIONS]);
/** Names that every program tells apart. */
const PLAIN = /^[a-z0-9-]+$/;
/**
 * The start of a target in absolute form, without the user that may stand before the host (RFC 9112, section 3.2.2).
 */
const ABSOLUTE = /^https?:\/\/(?:[^/?@]*@)?([^/?]*)/i;

/**
 * A part of a path that leads up, or for some servers may: escaped, with parameters behind it, with a backslash for a
 * slash.
 */
const UPWARDS = /(?:^|[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\;?#]|%2f|%5c|%3b|$)/i;

/** A longer body is not copied behind each head. */
export const LARGE = 65_536;

/** How a client's request goes to the leaves. */
export interface Forwarding {
  /** What it is called in logs. */
  readonly id: string;
  readonly trusts: Trust;
  /** Whether the answers are put together, and not passed on as they come. */
  readonly whole: boolean;
}

/** Whether a header of the client's goes to a leaf, by its name in lower case with dashes. */
export type Passes = (name: string) => boolean;

/**
 * A client's request as it is sent: method, path, query, headers and body, less what belongs to the client's
 * connection.
 *
 * Headers that `Connection` names stay, as in nginx: a client could else remove what a gateway in front of
 * us has added.
 */
export class Outgoing {
  public readonly method: string;
  /** The path and query. */
  public readonly target: string;
  private readonly host: string;

  /** Throws a Problem where the request is for no host. */
  constructor(private readonly req: IncomingMessage, private readonly forwarding: Forwarding) {
    this.method = req.method!;
    this.target = targetOf(req.url!);
    this.host = hostOf(req);
  }

  /** As the client has sent it, in each form. */
  public inForms(forms: readonly Form[], body: Uint8Array | undefined): LeafRequest[] {
    // a copy, as in the others: user code may change what it is given while this is still on its way
    const apart = body && forms.length > 1 && body.length > LARGE ? Buffer.from(body) : undefined;
    const { method, target } = this;
    return forms.map((form) => {
      const head = this.start(form, method, target) + this.lines(form, method);
      return leafRequest(method, head, apart ? undefined : body, apart);
    });
  }

  /** The lines that a head begins with. */
  public start({ host, basePath }: Form, method: string, target: string): string {
    // HEAD is a GET without the body of the answer (RFC 9110, section 9.3.2), and the answer cannot be made without
    // the bodies of theirs
    return `${method === 'HEAD' ? 'GET' : method} ${basePath === '' ? target : within(basePath, target)} HTTP/1.1\r\n`
      + `host: ${host ?? this.host}\r\n`;
  }

  /**
   * The lines of headers: what the client has sent, what we say of the client, and what the form says.
   * @param further what else keeps headers of the client's from passing
   */
  public lines({ lines, passes }: Form, method: string, further?: Passes): string {
    const { req, host, forwarding: { id, trusts, whole } } = this;
    const { rawHeaders } = req;
    const ours = !whole ? OURS : isSafe(method) ? OURS_WHOLE_SAFE : OURS_WHOLE;
    let all = '';
    for (let i = 0; i < rawHeaders.length; i += 2) {
      const name = rawHeaders[i].toLowerCase();
      const known = folded(name);
      if (ours.has(known) || (passes && !passes(known)) || (further && !further(known))) continue;
      all += `${name}: ${rawHeaders[i + 1]}\r\n`;
    }
    const said = forwardedLines(req, host, trusts) + `x-request-id: ${id}\r\n`;
    return all + (passes ? allowed(said, passes) : said) + lines;
  }
}

/**
 * A request with the end of its head.
 * @param body what stands in one piece with the head
 * @param apart what follows it, in the place of that
 */
export function leafRequest(method: string, lines: string, body?: Uint8Array, apart?: Buffer): LeafRequest {
  const length = (body ?? apart)?.length;
  const end = length === undefined ? '\r\n' : `content-length: ${length}\r\n\r\n`;
  const head = Buffer.from(lines + end, 'latin1');
  return {
    bytes: body ? Buffer.concat([head, body]) : head,
    body: apart,
    idempotent: isIdempotent(method),
    safe: isSafe(method),
  };
}

/**
 * As CGI and WSGI, and whatever follows them, see a name: `x_forwarded_for` is `x-forwarded-for` there, and some
 * servers make the same of a dot and other signs. Under such a name a client could say what only a gateway may.
 */
export function folded(name: string): string {
  return PLAIN.test(name) ? name : name.replace(/[^a-z0-9]/g, '-');
}

/** The lines of headers that may be sent. */
function allowed(lines: string, passes: (name: string) => boolean): string {
  return lines.replace(/^([^:]*):.*\r\n/gm, (line, name) => passes(name) ? line : '');
}

/** Throws a Problem where a target would leave the path that is in front of it. */
function within(basePath: string, target: string): string {
  if (target === '*') return target;
  if (UPWARDS.test(target.split('?', 1)[0])) {
    throw new Problem(400, 'the path has a part that is . or .., which could lead out of the path of a leaf');
  }
  return basePath + target;
}

/** The path and query, also of a target in absolute form. */
function targetOf(url: string): string {
  const local = url.replace(ABSOLUTE, '');
  return local.startsWith('/') || local === '*' ? local : `/${local}`;
}

/**
 * For which host a request is: a target in absolute form says so before the header does (RFC 9112, section 3.2.2),
 * and where nothing does, as HTTP/1.0 and health checkers may, it is the address that was called.
 */
function hostOf({ url, headers, socket }: IncomingMessage): string {
  const [, authority] = ABSOLUTE.exec(url!) ?? [];
  if (authority && !HOST.test(authority)) throw new Problem(400, 'the request target names no host');
  return authority || headers.host || addressOf(socket);
}

function addressOf({ localAddress = '', localPort }: Socket): string {
  const address = localAddress.replace(/^::ffff:/, '');
  return `${isIPv6(address) ? `[${address}]` : address}:${localPort}`;
}
