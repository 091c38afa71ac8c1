import { AssignmentExpression, Program } from 'acorn';
import { mistake } from './mistake';
import { FunctionSyntax, isFunction, Syntax, unwrap, walk } from './syntax';

/**
 * The function that a module exports by default, where it can be seen.
 * @throws where there is no such export, or it is seen to be none
 */
export function defaultFunction(called: string, program: Program): FunctionSyntax | undefined {
  const exported = defaultExport(program);
  if (!exported) {
    const named = program.body.some(({ type }) => (
      type === 'ExportNamedDeclaration' || type === 'ExportAllDeclaration'
    ));
    mistake(`${called} has no default export${named ? ', only others' : ''}: write 'export default' before the `
      + 'function that is to run');
  }
  const node = unwrap(exported);
  if (isFunction(node)) return node;
  if (NO_FUNCTION.has(node.type)) {
    mistake(
      `${called} has a default export that is no function: write 'export default' before the function that is to run`,
    );
  }
  return undefined;
}

/** Refuses a CommonJS file, once it is bundled, that is seen to export no function. */
export function checkCommonJs(called: string, program: Program, own: (at: number) => boolean): void {
  const values = exportedValues(program, own);
  if (values.some(({ type }) => !NO_FUNCTION.has(type))) return;
  const found = values.length > 0 ? 'a default export that is no function' : 'no default export, only others';
  mistake(`${called} has ${found}: set module.exports or exports.default to the function that is to run`);
}

/** What is written to `module.exports` and to whatever is called `default`, by hand or by a compiler. */
function exportedValues(program: Program, own: (at: number) => boolean): Syntax[] {
  const values: Syntax[] = [];
  walk(program, (node) => {
    if (!own(node.start)) return;
    const target = node.type === 'AssignmentExpression' && node.left.type === 'MemberExpression'
      && nameOf(node.left.property);
    if (target === 'exports' || target === 'default') values.push(unwrap((node as AssignmentExpression).right));
    if (node.type === 'Property' && nameOf(node.key) === 'default') values.push(unwrap(node.value));
    // Object.defineProperty(exports, 'default', …)
    if (node.type === 'CallExpression' && node.arguments.some((argument) => isLiteral(argument, 'default'))) {
      values.push(node);
    }
  });
  return values;
}

function nameOf(node: Syntax): unknown {
  return node.type === 'Identifier' ? node.name : node.type === 'Literal' && node.value;
}

function isLiteral(node: Syntax, value: string): boolean {
  return node.type === 'Literal' && node.value === value;
}

const NO_FUNCTION: ReadonlySet<Syntax['type']> = new Set([
  'Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression', 'ClassExpression', 'ClassDeclaration',
  'NewExpression', 'BinaryExpression',
] as const);

function defaultExport(program: Program): Syntax | undefined {
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return resolved(program, statement.declaration);
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const specifier = statement.specifiers.find(({ exported }) => (
      (exported.type === 'Identifier' ? exported.name : exported.value) === 'default'
    ));
    if (specifier) return statement.source ? specifier : resolved(program, specifier.local);
  }
  return undefined;
}

/** What a name stands for at the top of a module: `export { price as default }`, which is what esbuild writes. */
function resolved(program: Program, node: Syntax): Syntax {
  if (node.type !== 'Identifier') return node;
  for (const statement of program.body) {
    if ((statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration')
      && statement.id?.name === node.name) {
      return statement;
    }
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'let') continue;
    const declared = statement.declarations.find(({ id }) => id.type === 'Identifier' && id.name === node.name);
    if (declared?.init) return resolved(program, declared.init);
  }
  return node;
}
