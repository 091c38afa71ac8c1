import config from 'config.js';
import { routeByKey } from './key';
import type { NjsRequest } from './njs';
import { headerOf } from './request';
import { bodyText, isJson, parseBody } from '../shared/body';
import { elementsOf, membersOf, wholeOf } from '../shared/json';
import { Problem } from '../shared/problem';

const path = config.field!;
const shown = path.map((step) => typeof step === 'number' ? `[${step}]` : `.${step}`).join('').slice(1);

/** A number that is written in no shorter way: two texts of one number would be two keys. */
const CANONICAL = /^(?!-0$)-?(0|[1-9]\d*)(\.\d*[1-9])?$/;

/** Routes by a field of the JSON body. */
function route(r: NjsRequest): void {
  routeByKey(r, fieldOf);
}

function fieldOf(r: NjsRequest): string {
  const headers = { 'content-type': headerOf(r, 'content-type'), 'content-encoding': headerOf(r, 'content-encoding') };
  if (!isJson(headers['content-type'])) {
    throw new Problem(415, `the key is the field ${shown} of a JSON body: send it as application/json`);
  }
  const text = r.requestBuffer && bodyText(r.requestBuffer, headers);
  return text === undefined ? missing() : keyOf(parseBody(r.requestBuffer!, headers, text), text);
}

function keyOf(body: unknown, text: string): string {
  let value: any = body;
  for (const step of path) {
    const has = typeof step === 'number'
      ? Array.isArray(value)
      : typeof value === 'object' && value !== null && !Array.isArray(value);
    value = has && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' ? canonical(literalOf(text)) : missing();
}

/** The number as it was sent, at the place where the parsed body has it. */
function literalOf(text: string): string {
  let span = wholeOf(text);
  for (const step of path) {
    // Of repeated names the last one counts, as for JSON.parse.
    span = typeof step === 'number'
      ? elementsOf(text, span)[step]
      : membersOf(text, span).filter(([name]) => name === step).pop()![1];
  }
  return text.slice(span.start, span.end);
}

function canonical(literal: string): string {
  if (CANONICAL.test(literal)) return literal;
  const told = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
  throw new Problem(400, `the field ${shown} of the body is the key, and ${told} is not the plain form of that `
    + 'number: send it without an exponent and without needless zeros or sign, or as a string');
}

function missing(): never {
  throw new Problem(
    400, `the request has no key: field ${shown} of the body is missing, empty or no string, number or boolean`,
  );
}

export default { route };
