import { TOKEN } from './answer-head';
import { misfit } from './misfit';
import { isPlain } from './plain';
import { folded, OURS } from './request-bytes';
import { isWellFormed } from '../shared/text';
import { Unsendable } from '../shared/unsendable';

/** Headers that a scatter function has given. */
export interface OwnHeaders {
  /** Which headers of the client's they replace or remove: in lower case, with dashes for other signs. */
  readonly names: readonly string[];
  /** What they are replaced with. */
  readonly lines: readonly OwnLine[];
}

/** A header line, with its name as `OwnHeaders` has it. */
export interface OwnLine {
  readonly name: string;
  readonly line: string;
}

const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
const ASCII = /^[\x00-\x7f]*$/;

/** Throws an Unsendable. */
export function ownHeaders(headers: unknown): OwnHeaders {
  if (!isPlain(headers)) throw misfit('headers', headers, "give an object, { 'x-user': 'ada' }");
  const names: string[] = [];
  const lines: OwnLine[] = [];
  for (const given of Object.keys(headers)) {
    const name = nameOf(given);
    if (names.includes(name)) throw new Unsendable(`headers names ${given} twice, which is one header: name it once`);
    names.push(name);
    const value = headers[given];
    if (value !== undefined && value !== null) {
      lines.push({ name, line: `${given.toLowerCase()}: ${valueOf(value, given)}\r\n` });
    }
  }
  return { names, lines };
}

function nameOf(given: string): string {
  if (!TOKEN.test(given)) {
    throw new Unsendable(`headers names ${JSON.stringify(given.slice(0, 100))}: a name is letters, digits and dashes`);
  }
  const name = folded(given.toLowerCase());
  if (OURS.has(name)) {
    throw new Unsendable(`headers names ${given}, which the root itself writes: leave it out, and give only what `
      + "differs from the client's headers");
  }
  return name;
}

function valueOf(value: unknown, name: string): string {
  const remedy = 'a value is text without line breaks and control characters, or a number';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') throw misfit(`headers.${name}`, value, remedy);
  // without the value, which may be a secret
  if (CONTROL.test(value) || !isWellFormed(value)) {
    throw new Unsendable(
      `headers.${name} has a line break, a control character or half of a surrogate pair: ${remedy}`,
    );
  }
  // heads are written byte by byte
  return ASCII.test(value) ? value : Buffer.from(value).toString('latin1');
}
