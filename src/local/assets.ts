import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where a program of `runtime/local` is, as the build bundled it. Throws when it is not there: a watchdog that cannot
 * run would say nothing, and leave everything behind.
 */
export function asset(file: string): string {
  const path = join(__dirname, '../../assets', file);
  if (!existsSync(path)) throw new Error(`assets/${file} is not there: npx projen bundle writes it`);
  return path;
}
