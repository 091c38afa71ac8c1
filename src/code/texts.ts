import { placeOfNode, Syntax } from './syntax';

/** The texts of a template, and the expressions between them. */
export interface Text {
  readonly texts: readonly string[];
  readonly expressions: readonly Syntax[];
}

/** What a string or a template says. */
export function textOf(node: any): Text | undefined {
  if (typeof node.value === 'string') return { texts: [node.value], expressions: [] };
  if (node.type !== 'TemplateLiteral') return undefined;
  return { texts: node.quasis.map((quasi: any) => quasi.value.cooked), expressions: node.expressions };
}

/** A sum of texts, as people write long ones: esbuild joins them. */
export function joined(sum: any): Syntax {
  const right = textOf(sum.right);
  if (!right) return sum;
  const left = textOf(sum.left);
  if (left) return textNode(joint(left, right), sum);
  // (a + 'b') + 'c'
  const before = sum.left.type === 'BinaryExpression' && sum.left.operator === '+' && textOf(sum.left.right);
  return before ? { ...sum, left: sum.left.left, right: textNode(joint(before, right), sum.right) } : sum;
}

function joint(left: Text, right: Text): Text {
  const last = left.texts.length - 1;
  return {
    texts: [...left.texts.slice(0, last), left.texts[last] + right.texts[0], ...right.texts.slice(1)],
    expressions: [...left.expressions, ...right.expressions],
  };
}

/** Several lines make a template, so that a person can read them; a line break at an end makes no second line. */
export function textNode({ texts, expressions }: Text, node: Syntax): any {
  const lines = texts.join('x').trim().includes('\n');
  const place = placeOfNode(node);
  if (expressions.length === 0 && !lines) {
    return { type: 'Literal', value: texts[0], raw: JSON.stringify(texts[0]), ...place };
  }
  const quasis = texts.map((cooked) => (
    { type: 'TemplateElement', value: { cooked, raw: rawOf(cooked, lines) }, ...place }
  ));
  return { type: 'TemplateLiteral', quasis, expressions, ...place };
}

function rawOf(text: string, lines: boolean): string {
  const raw = text.replace(/[\\`]|\$\{/g, '\\$&').replace(/\t/g, '\\t').replace(/\r/g, '\\r');
  return lines ? raw : raw.replace(/\n/g, '\\n');
}
