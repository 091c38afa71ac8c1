import { readFileSync } from 'fs';
import { join } from 'path';

const known = new Map<string, string>();

/** The text of a program that runs in pods, as the build bundled it. */
export function program(file: string): string {
  const text = known.get(file) ?? readFileSync(join(__dirname, '../../assets', file), 'utf8');
  known.set(file, text);
  return text;
}
