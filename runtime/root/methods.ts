const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const IDEMPOTENT = new Set([...SAFE, 'PUT', 'DELETE']);

/** Whether a request of a method changes nothing (RFC 9110, section 9.2.1). */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/** Whether it may be sent again when nobody knows what became of it (RFC 9110, section 9.2.2). */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
