import { AnswerHead, fieldsOf } from './answer-head';
import { retryAfter } from './retry-after';

/** Without which a client cannot make anything of a status (RFC 9110, sections 11.6.1 and 10.2.1). */
const NEEDED: { readonly [status: number]: string } = { 401: 'www-authenticate', 405: 'allow' };
/** What seconds in headers need not go beyond (RFC 9111, section 1.2.2). */
const MOST_SECONDS = 2 ** 31 - 1;

/** The headers of one answer for several of one status: names and values in turn. */
export function agreedHeaders(refused: ReadonlyArray<Pick<AnswerHead, 'status' | 'head'>>): string[] {
  const [first] = refused;
  const fields = fieldsOf(first);
  const headers: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i] === NEEDED[first.status]) headers.push(fields[i], fields[i + 1]);
  }
  const now = Date.now();
  const waits = refused.map((each) => retryAfter(each, now)).filter((wait) => wait !== undefined);
  if (waits.length > 0) {
    headers.push('retry-after', `${Math.min(MOST_SECONDS, Math.ceil(Math.max(...waits) / 1000))}`);
  }
  return headers;
}
