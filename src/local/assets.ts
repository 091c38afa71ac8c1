import { join } from 'node:path';

/** Where a program of `runtime/local` is, as the build bundled it. */
export function asset(file: string): string {
  return join(__dirname, '../../assets', file);
}
