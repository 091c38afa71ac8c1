import { readFileSync } from 'fs';
import { join } from 'path';

/** The text of a program that runs in pods, as the build bundled it. */
export function program(file: string): string {
  return readFileSync(join(__dirname, '..', 'assets', file), 'utf8');
}
