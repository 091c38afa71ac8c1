import { AnswerHead, fieldsOf } from './answer-head';

const SECONDS = /^\d+$/;
/** The three ways to write a date (RFC 9110, section 5.6.7). Date.parse takes far more for one, `-5` for a year. */
const DATE = /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d) \d\d:\d\d:\d\d GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * How long an answer asks to wait before the next request, in milliseconds (RFC 9110, section 10.2.3); undefined where
 * it says nothing of that which can be read.
 * @param now Unix time
 */
export function retryAfter(answer: Pick<AnswerHead, 'head'>, now: number): number | undefined {
  const fields = fieldsOf(answer);
  const at = fields.findIndex((name, index) => index % 2 === 0 && name === 'retry-after');
  if (at < 0) return undefined;
  const value = fields[at + 1];
  if (SECONDS.test(value)) return Number(value) * 1000;
  const date = DATE.test(value) ? Date.parse(value) : ASCTIME.test(value) ? Date.parse(`${value} GMT`) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
