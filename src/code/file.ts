import { readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, extname, resolve } from 'node:path';
import { Program } from 'acorn';
import { bundle, Entry, refuseImport } from './bundle';
import { checkVariables, Module } from './checks';
import { freeVariables } from './free-variables';
import { mistake } from './mistake';
import { Runtime } from './runtimes';
import { isFunction, parsed, parseModule, Syntax, unwrap, walk } from './syntax';
import { unixText } from './text';

const PLAIN = ['.js', '.mjs'];
const BUNDLED = ['.ts', '.mts', '.cts', '.tsx', '.jsx', '.cjs'];

/** A file with code. */
export interface CodeFile extends Entry {
  /** The file as a module, where it can be used as it is. */
  readonly plain?: Module;
}

/** Reads a file, as far as that can be done without knowing where its code will run. @throws what is wrong with the path or the file */
export function codeFile(path: string): CodeFile {
  if (!path) mistake(`path is '': Code.fromFile takes the path of a file whose default export is a function`);
  const absolute = resolve(path);
  const file = { absolute, called: `code file '${path}'` };
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (!stat) {
    mistake(`${file.called} does not exist: a relative path starts at the working directory, ${process.cwd()}; `
      + `for a file beside the one you write this in use path.join(__dirname, '${basename(path)}')`);
  }
  if (!stat.isFile()) mistake(`${file.called} is ${stat.isDirectory() ? 'a directory' : 'no regular file'}: give the file whose default export is the function`);
  const type = extname(path);
  if (BUNDLED.includes(type)) return file;
  if (!PLAIN.includes(type)) mistake(`${file.called} is neither JavaScript nor TypeScript: its name must end in one of ${[...PLAIN, ...BUNDLED].join(', ')}`);

  const text = unixText(readFileSync(absolute, 'utf8'));
  const program = parsed(text, parseModule, (reason, { line, column }, excerpt) =>
    `${file.called} is not a JavaScript module: ${reason} (${path}:${line}:${column}: \`${excerpt}\`)`);
  if (needsBundling(program)) return file;
  const plain = moduleOf(file.called, text.endsWith('\n') ? text : `${text}\n`, program, { bundled: false, own: () => true });
  checkVariables(plain);
  return { ...file, plain };
}

/** The module of a file, bundled where it must be. @throws what is wrong with what it imports or exports */
export function fileModule(file: CodeFile, runtime: Runtime): Module {
  if (file.plain) {
    const [first] = imports(file.plain.program);
    if (runtime === 'njs' && first) refuseImport(file, first);
    return file.plain;
  }
  const { text, own } = bundle(file, runtime);
  return moduleOf(file.called, text, parseModule(text), { bundled: true, own });
}

function moduleOf(called: string, text: string, program: Program, file: Module['file']): Module {
  return { called, text, program, file, main: defaultFunction(called, program) };
}

/** Plain JavaScript that imports nothing but Node's own modules runs as it is; CommonJS must be made a module. */
function needsBundling(program: Program): boolean {
  const commonJs = !program.body.some((statement) => /^(Import|Export)/.test(statement.type))
    && freeVariables(program).some(({ name }) => name === 'require' || name === 'module' || name === 'exports');
  return commonJs || imports(program).some((specifier) => !isBuiltin(specifier));
}

/** What a module imports, as far as it is written in it. */
function imports(program: Program): string[] {
  const specifiers: string[] = [];
  walk(program, (node) => {
    if ('source' in node && node.source && node.source.type === 'Literal') specifiers.push(String(node.source.value));
  });
  return specifiers;
}

/** The function that a module exports by default, where it can be seen. @throws where there is no such export, or it is seen to be none */
function defaultFunction(called: string, program: Program): Module['main'] {
  const exported = defaultExport(program);
  if (!exported) {
    const named = program.body.some((statement) => statement.type === 'ExportNamedDeclaration' || statement.type === 'ExportAllDeclaration');
    mistake(`${called} has no default export${named ? ', only others' : ''}: write 'export default' before the function that is to run`);
  }
  const node = unwrap(exported);
  if (isFunction(node)) return node;
  if (NO_FUNCTION.has(node.type)) {
    mistake(`${called} has a default export that is no function: write 'export default' before the function that is to run`);
  }
  return undefined;
}
const NO_FUNCTION: ReadonlySet<Syntax['type']> = new Set([
  'Literal', 'TemplateLiteral', 'ObjectExpression', 'ArrayExpression', 'ClassExpression', 'ClassDeclaration', 'NewExpression', 'BinaryExpression',
] as const);

function defaultExport(program: Program): Syntax | undefined {
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return resolved(program, statement.declaration);
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const specifier = statement.specifiers.find(({ exported }) => (exported.type === 'Identifier' ? exported.name : exported.value) === 'default');
    if (specifier) return statement.source ? specifier : resolved(program, specifier.local);
  }
  return undefined;
}

/** What a name stands for at the top of a module: `export { price as default }`, which is what esbuild writes. */
function resolved(program: Program, node: Syntax): Syntax {
  if (node.type !== 'Identifier') return node;
  for (const statement of program.body) {
    if ((statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration') && statement.id?.name === node.name) return statement;
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'let') continue;
    const declared = statement.declarations.find(({ id }) => id.type === 'Identifier' && id.name === node.name);
    if (declared?.init) return resolved(program, declared.init);
  }
  return node;
}
