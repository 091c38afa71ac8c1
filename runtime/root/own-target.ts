import { misfit } from './misfit';
import { isPlain } from './plain';
import { isWellFormed } from '../shared/text';
import { Unsendable } from '../shared/unsendable';

/** What may not stand in a path (RFC 3986, section 3.3): a `%` that begins no escape, and runs of all else. */
const UNFIT = /%(?![0-9a-f]{2})|[^!$%&'()*+,\-./0-9:;=@A-Z_a-z~]+/gi;
/** A path as it may stand in a target, without escapes: nearly all are. */
const FIT_PATH = /^\/[!$&'()*+,\-./0-9:;=@A-Z_a-z~]*$/;
/** What a form has as it is (WHATWG URL, "application/x-www-form-urlencoded percent-encode set"). */
const FIT = /^[*\-.0-9A-Z_a-z]*$/;
/** What encodeURIComponent leaves as it is, or writes in another way than a form does. */
const OF_FORMS = /%20|[!'()~]/g;
/** Halves of surrogate pairs; the u makes that pairs are whole characters. */
const HALF = /[\ud800-\udfff]/gu;

/**
 * A path as it stands in a target. It is given as `request.path` has it: escapes stay, and what may not stand there is
 * escaped. Throws an Unsendable.
 */
export function ownPath(path: unknown): string {
  if (typeof path !== 'string') throw misfit('path', path, 'give a text that starts with a slash');
  // the second is what OPTIONS asks of a server as a whole
  if (FIT_PATH.test(path) || path === '*') return path;
  const shown = () => JSON.stringify(path.slice(0, 100));
  if (!path.startsWith('/')) throw new Unsendable(`path is ${shown()}: it starts with a slash`);
  if (/[?#]/.test(path)) {
    throw new Unsendable(`path is ${shown()}: a query goes into query, and a ? or # of a name is escaped, as by `
      + 'encodeURIComponent(name)');
  }
  if (!isWellFormed(path)) throw new Unsendable(`path is ${shown()}: half of a surrogate pair is no text in UTF-8`);
  return path.replace(UNFIT, encodeURIComponent);
}

/** A query as it stands in a target, encoded as a form is. Throws an Unsendable. */
export function ownQuery(query: unknown): string {
  if (Object.prototype.toString.call(query) === '[object URLSearchParams]') return String(query);
  if (!isPlain(query)) {
    throw misfit('query', query, "give an object, { q: 'text' }, or new URLSearchParams(…)");
  }
  let all = '';
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    const key = encoded(name);
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        all += `&${key}=${encoded(textOf(value[i], () => `query.${name}[${i}]`))}`;
      }
    } else {
      all += `&${key}=${encoded(textOf(value, () => `query.${name}`))}`;
    }
  }
  return all.slice(1);
}

function textOf(value: unknown, what: () => string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isFinite(value)) return String(value);
  throw misfit(what(), value, 'a parameter is a text, a number, true or false, or a list of these');
}

function encoded(text: string): string {
  if (FIT.test(text)) return text;
  return encodeURIComponent(isWellFormed(text) ? text : text.replace(HALF, '\ufffd')).replace(OF_FORMS, (char) => (
    char === '%20' ? '+' : `%${char.charCodeAt(0).toString(16).toUpperCase()}`
  ));
}
