import { generate } from 'astring';
import { parseExpression } from './syntax';

/**
 * A function's source as a person can review it in a ConfigMap. Compilers such as tsx leave it on one line without spaces; that is written anew.
 * What a person has laid out stays.
 */
export function readable(source: string): string {
  if (source.includes('\n') || source.length <= 80) return source;
  try {
    return generate(parseExpression(source).node as any).trimEnd();
  } catch {
    // It does not parse: whoever reads it next says why.
    return source;
  }
}
