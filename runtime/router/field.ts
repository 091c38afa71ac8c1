import config from 'config.js';
import { routeByKey } from './key';
import type { NjsRequest } from './njs';
import { headerOf } from './request';
import type { FieldPath } from '../../src/contract';
import { bodyText, isJson, parseBody } from '../shared/body';
import { elementsOf, membersOf, wholeOf } from '../shared/json';
import { Problem } from '../shared/problem';

const paths = config.fields!;
const shown = paths.map(shownPath);

/** A number that is written in no shorter way: two texts of one number would be two keys. */
const CANONICAL = /^(?!-0$)-?(0|[1-9]\d*)(\.\d*[1-9])?$/;

/** Routes by a field of the JSON body. */
function route(r: NjsRequest): void {
  routeByKey(r, fieldOf);
}

function fieldOf(r: NjsRequest): string {
  const headers = { 'content-type': headerOf(r, 'content-type'), 'content-encoding': headerOf(r, 'content-encoding') };
  if (!isJson(headers['content-type'])) {
    throw new Problem(415, `the key is the field ${shown.join(' or ')} of a JSON body: send it as application/json`);
  }
  const text = r.requestBuffer && bodyText(r.requestBuffer, headers);
  return text === undefined ? missing() : keyOf(parseBody(r.requestBuffer!, headers, text), text);
}

/** The first field that is a key. */
function keyOf(body: unknown, text: string): string {
  for (const path of paths) {
    const value = valueAt(body, path);
    if (typeof value === 'string' && value !== '') return startOf(value);
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'number') return canonical(literalOf(text, path), path);
  }
  return missing();
}

/** As many characters of a text as count: code points, of which one may take two places. */
function startOf(text: string): string {
  const { first = Infinity } = config;
  if (text.length <= first) return text;
  let end = 0;
  for (let count = 0; count < first && end < text.length; count++) end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

function valueAt(body: unknown, path: FieldPath): unknown {
  let value: any = body;
  for (const step of path) {
    const has = typeof step === 'number'
      ? Array.isArray(value)
      : typeof value === 'object' && value !== null && !Array.isArray(value);
    value = has && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** The number as it was sent, at the place where the parsed body has it. */
function literalOf(text: string, path: FieldPath): string {
  let span = wholeOf(text);
  for (const step of path) {
    // Of repeated names the last one counts, as for JSON.parse.
    span = typeof step === 'number'
      ? elementsOf(text, span)[step]
      : membersOf(text, span).filter(([name]) => name === step).pop()![1];
  }
  return text.slice(span.start, span.end);
}

function canonical(literal: string, path: FieldPath): string {
  if (CANONICAL.test(literal)) return literal;
  const told = literal.length > 40 ? `${literal.slice(0, 40)}…` : literal;
  throw new Problem(400, `the field ${shownPath(path)} of the body is the key, and ${told} is not the plain form of `
    + 'that number: send it without an exponent and without needless zeros or sign, or as a string');
}

function missing(): never {
  const which = shown.length === 1 ? `field ${shown[0]} of the body is` : `fields ${shown.join(', ')} of the body are`;
  throw new Problem(400, `the request has no key: ${which} missing, empty or no string, number or boolean`);
}

function shownPath(path: FieldPath): string {
  return path.map((step) => typeof step === 'number' ? `[${step}]` : `.${step}`).join('').slice(1);
}

export default { route };
