import { BadAnswer } from './bad-answer';
import { trimmed } from '../shared/text';

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** As it came, without the empty line at its end. Most of it is never asked for: `fieldsOf` takes it apart. */
  readonly head: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

/** A head with what it says of its body's end and of its connection. */
export interface FramedHead extends AnswerHead {
  readonly contentLength?: string;
  readonly transferEncoding?: string;
  /** Whether it is one of HTTP/1.1: 1.0 knows no chunks. */
  readonly isCurrent: boolean;
  /** Whether the connection can take another request afterwards, as far as the head tells. */
  readonly keepAlive: boolean;
}

/**
 * A whole head: status line, then names and values. To check all lines at once takes a third of the time of one after
 * the other.
 */
const HEAD = /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
/** What we need to know of a head. */
const NEEDED = /\r\n(content-length|transfer-encoding|connection|content-type|content-encoding):([^\r]*)/gi;
const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: .*)?$/;
/** The name of a header (RFC 9110, section 5.1). */
export const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/**
 * What no header may hold (RFC 9110, section 5.5), and node:http refuses to send on: a lone line break, where some
 * would begin another header, a zero …
 */
export const MISLEADING = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;

/**
 * Reads a head without the empty line at its end. Throws a BadAnswer.
 * @returns undefined where the answer is still to come (100 Continue, 103 Early Hints)
 */
export function readHead(head: string): FramedHead | undefined {
  if (!HEAD.test(head)) throw new BadAnswer(flawOf(head));
  const status = Number(head.slice(9, 12));
  if (status === 101) throw new BadAnswer('it switched to another protocol');
  if (status < 200) return undefined;
  const isCurrent = head[7] === '1';
  let keepAlive = isCurrent;
  let contentLength, transferEncoding, contentType, contentEncoding: string | undefined;
  NEEDED.lastIndex = 0;
  for (let found = NEEDED.exec(head); found; found = NEEDED.exec(head)) {
    const value = trimmed(found[2]);
    switch (found[1].toLowerCase()) {
      case 'content-length': contentLength = sameLength(contentLength, value); break;
      // with a tab beside it, it is another coding for some
      case 'transfer-encoding':
        transferEncoding = listed(transferEncoding, found[2].includes('\t') ? found[2] : value);
        break;
      case 'connection': if (/\bclose\b/i.test(value)) keepAlive = false; break;
      case 'content-type': contentType ??= value; break;
      case 'content-encoding': contentEncoding = listed(contentEncoding, value); break;
    }
  }
  return { status, head, contentType, contentEncoding, contentLength, transferEncoding, isCurrent, keepAlive };
}

/** The headers of a head: names in lower case and values in turn, as they came. */
export function fieldsOf({ head }: Pick<AnswerHead, 'head'>): string[] {
  return head.split('\r\n').slice(1).flatMap(fieldOf);
}

/** A header of a head, or of the trailers behind a body. Throws a BadAnswer. */
export function fieldOf(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  if (!TOKEN.test(name)) throw new BadAnswer('its answer has a header without a proper name');
  return [name.toLowerCase(), trimmed(line.slice(colon + 1))];
}

/** What is wrong with a head that is none. */
function flawOf(head: string): string {
  if (MISLEADING.test(head)) return 'the head of its answer holds a control character';
  if (!STATUS_LINE.test(head.split('\r\n', 1)[0])) return 'it answered something that is not HTTP/1.1';
  return 'its answer has a header without a proper name';
}

/** Of a header that may stand several times (RFC 9110, section 5.3). */
function listed(known: string | undefined, value: string): string {
  return known === undefined ? value : `${known}, ${value}`;
}

function sameLength(known: string | undefined, value: string): string {
  if (/^\d{1,15}$/.test(value) && (known === undefined || known === value)) return value;
  throw new BadAnswer(`its answer has content-length ${known === undefined ? '' : `${known} and `}${value}`);
}
