/** Is version `a` older than version `b`? */
export function older(a: string, b: string): boolean {
  return a.localeCompare(b, 'en', { numeric: true }) < 0;
}
