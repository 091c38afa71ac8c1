type JsonObject = Record<string, unknown>;

/**
 * Puts what one JSON object has into another: objects are merged, arrays of one name are appended, and of all else the first stays.
 * Parts of the source become parts of the target.
 * @returns the target
 */
export function mergeInto(target: object, source: object): object {
  const merged = target as JsonObject;
  for (const [name, value] of Object.entries(source)) {
    // also `__proto__`, which is a name like any other in JSON
    if (!Object.hasOwn(merged, name)) Object.defineProperty(merged, name, { value, writable: true, enumerable: true, configurable: true });
    else append(merged[name], value);
  }
  return merged;
}

function append(known: unknown, value: unknown): void {
  if (Array.isArray(known) && Array.isArray(value)) for (const each of value) known.push(each);
  else if (isObject(known) && isObject(value)) mergeInto(known, value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
