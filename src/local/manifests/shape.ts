/** What a value may be. Kubernetes refuses every other type, and does not turn one into another. */
export type Shape =
  | 'text' | 'whole number' | 'whole number or text' | 'number or text' | 'true or false' | 'anything'
  | { readonly list: Shape }
  /** An object of whatever keys. */
  | { readonly each: Shape }
  /** An object of these fields; others are carried along. */
  | { readonly fields: Readonly<Record<string, Shape>> };

const SIMPLE: Record<Extract<Shape, string>, (value: unknown) => boolean> = {
  'text': (value) => typeof value === 'string',
  'whole number': (value) => Number.isInteger(value),
  'true or false': (value) => typeof value === 'boolean',
  'whole number or text': (value) => typeof value === 'string' || Number.isInteger(value),
  'number or text': (value) => typeof value === 'string' || typeof value === 'number',
  'anything': () => true,
};

/**
 * The value without fields that are null, which Kubernetes takes for absent, and in maps of text for an empty one.
 * Throws where something has another type than it must have, with the path and the remedy.
 */
export function shaped(value: unknown, shape: Shape, path = ''): any {
  if (typeof shape === 'string') {
    if (!SIMPLE[shape](value)) throw new Error(`${path} is ${shown(value)}: ${remedy(value, shape)}`);
    return withoutNulls(value);
  }
  if ('list' in shape) {
    if (!Array.isArray(value)) throw new Error(`${path} is ${shown(value)}: give a list`);
    return value.map((each, i) => shaped(each, shape.list, `${path}[${i}]`));
  }
  if (!isObject(value)) throw new Error(`${path} is ${shown(value)}: give an object`);
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => {
    const inner = path ? `${path}.${key}` : key;
    if ('each' in shape) return [[key, each === null && shape.each === 'text' ? '' : shaped(each, shape.each, inner)]];
    if (each === null || each === undefined) return [];
    return [[key, shaped(each, Object.hasOwn(shape.fields, key) ? shape.fields[key] : 'anything', inner)]];
  }));
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const present = Object.entries(value).filter(([, each]) => each !== null && each !== undefined);
  return Object.fromEntries(present.map(([key, each]) => [key, withoutNulls(each)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function remedy(value: unknown, shape: string): string {
  if (shape === 'text' && (typeof value === 'boolean' || typeof value === 'number')) {
    return 'give text; in YAML, put it in quotes';
  }
  const wanted = /number/.test(shape) ? `a ${shape}` : shape;
  return typeof value === 'string' ? `give ${wanted}; in YAML, without quotes` : `give ${wanted}`;
}

/** A value as sentences show it: no longer than a line. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}
