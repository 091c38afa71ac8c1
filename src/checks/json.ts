import { IConstruct } from 'constructs';
import { attempt, kindOf, member, shown } from './arguments/shown';
import { refuse } from './errors';

/** Deeper, whoever reads the text may have no stack for it. */
const DEEPEST = 100;

/**
 * The JSON text of a value, as JSON.stringify writes it. What is undefined in an object is not there.
 * @throws where JSON knows no such value, or would make another one of it without a word: of NaN, a Date, a Map
 */
export function jsonText(scope: IConstruct, property: string, value: unknown, mostBytes: number): string {
  new JsonCheck(scope, property, mostBytes).value(property, value, []);
  const text = attempt(() => JSON.stringify(value), undefined)
    ?? refuse(scope, `${property} cannot be written as JSON: give a plain value`);
  const bytes = Buffer.byteLength(text);
  if (bytes > mostBytes) {
    refuse(scope, `${property} takes ${bytes} bytes as JSON: it may take ${mostBytes}, since it is held in memory and `
      + 'written in the configuration');
  }
  return text;
}

class JsonCheck {
  private values = 0;

  constructor(private readonly scope: IConstruct, private readonly property: string, private readonly most: number) {}

  public value(path: string, value: unknown, around: readonly unknown[]): void {
    const { scope, property } = this;
    // each takes a byte at least: one that stands in many places may be far more than fits into memory
    if (this.values++ === this.most) refuse(scope, `${property} has more than ${this.most} values: give fewer`);
    if (value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) return;
    const kind = kindOf(value);
    if (kind !== 'array' && kind !== 'plain') {
      refuse(scope, `${path} is ${shown(value)}: JSON has objects, arrays, texts, finite numbers, true, false, null`);
    }
    if (around.includes(value)) refuse(scope, `${path} contains itself: JSON has no such value`);
    if (around.length === DEEPEST) refuse(scope, `${property} is nested more than ${DEEPEST} deep: give it flatter`);
    const inside = attempt(() => entriesOf(path, value as object), undefined);
    if (!inside) refuse(scope, `${path} cannot be read: give a plain value`);
    for (const [inner, each] of inside) this.value(inner, each, [...around, value]);
  }
}

/** What is in an object or array, by what sentences call it. */
function entriesOf(path: string, value: object): (readonly [string, unknown])[] {
  if (Array.isArray(value)) return Array.from(value, (each, index) => [`${path}[${index}]`, each]);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return entries.map(([name, each]) => [member(path, name), each]);
}
