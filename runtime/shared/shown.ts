/** A value that user code has given, as it stands in a sentence: of one with an inside, only the kind. */
export function shown(value: unknown): string {
  const isPlain = value === null || (typeof value !== 'object' && typeof value !== 'function');
  return isPlain ? String(value) : `a value of type ${typeof value}`;
}

/** What kind of value it is: `bigint`, `Map`, the name of a class. */
export function nameOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  const { constructor, [Symbol.toStringTag]: tag } = value as any;
  return String(tag || constructor?.name || 'object');
}

export function article(name: string): string {
  return /^[aeiou]/i.test(name) ? 'an' : 'a';
}
