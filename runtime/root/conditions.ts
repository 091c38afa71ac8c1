import type { IncomingHttpHeaders } from 'node:http';

/** Ask for a part of a representation (RFC 9110, section 14.2). */
export const RANGES: readonly string[] = ['range', 'if-range'];
/** Make a request depend on a representation that the client knows (RFC 9110, section 13.1). */
export const CONDITIONS: readonly string[] = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];
/** Statuses that answer such a header, and the headers that they answer. */
const ANSWERED: { readonly [status: number]: readonly string[] } = {
  304: ['if-none-match', 'if-modified-since'],
  412: CONDITIONS,
  416: ['range'],
};

/** Whether a status is an answer to what the request asks or makes its condition. */
export function answersCondition(status: number, headers: IncomingHttpHeaders): boolean {
  return ANSWERED[status]?.some((name) => headers[name] !== undefined) ?? false;
}
