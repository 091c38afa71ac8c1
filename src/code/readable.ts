import { generate, GENERATOR, State } from 'astring';
import { parseExpression, Syntax } from './syntax';

/**
 * A function's source as a person can review it in a ConfigMap. Compilers such as tsx leave it on one line without spaces; that is written anew.
 * What a person has laid out stays.
 */
export function readable(source: string): string {
  if (source.includes('\n') || source.length <= 80) return source;
  try {
    return generate(parseExpression(source).node as any, { generator: WITH_PARENTHESES }).trimEnd();
  } catch {
    // It does not parse: whoever reads it next says why.
    return source;
  }
}

/** Our syntax trees keep parentheses, which astring does not know: written as they were, none is missing and none is doubled. */
const WITH_PARENTHESES = {
  ...GENERATOR,
  ParenthesizedExpression({ expression }: { readonly expression: Syntax }, state: State) {
    state.write('(');
    (this as any)[expression.type](expression, state);
    state.write(')');
  },
};
