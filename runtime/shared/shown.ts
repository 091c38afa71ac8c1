/** A value that user code has given, as it stands in a sentence: of one with an inside, only the kind. */
export function shown(value: unknown): string {
  const isPlain = value === null || (typeof value !== 'object' && typeof value !== 'function');
  return isPlain ? String(value) : `a value of type ${typeof value}`;
}
