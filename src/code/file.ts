import { readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { extname, resolve } from 'node:path';
import { Program } from 'acorn';
import { bundle, Entry, refuseImport } from './bundle';
import { checkVariables, Module } from './checks';
import { checkCommonJs, defaultFunction } from './default-export';
import { freeVariables } from './free-variables';
import { mistake } from './mistake';
import { Runtime } from './runtimes';
import { parsed, parseModule, walk } from './syntax';
import { unixText, withoutHashbang } from './text';

const PLAIN = ['.js', '.mjs'];
const BUNDLED = ['.ts', '.mts', '.cts', '.tsx', '.jsx', '.cjs'];

/** A file with code. */
export interface CodeFile extends Entry {
  /** The file as a module, where it can be used as it is. */
  readonly plain?: Module;
}

/**
 * Reads a file, as far as that can be done without knowing where its code will run.
 * @throws what is wrong with the path or the file
 */
export function codeFile(path: string): CodeFile {
  if (!path) mistake('path is \'\': Code.fromFile takes the path of a file whose default export is a function');
  const absolute = resolve(path);
  const file = { absolute, called: `code file '${path}'` };
  const stat = readable(file, () => statSync(absolute, { throwIfNoEntry: false }));
  if (!stat) {
    mistake(`${file.called} does not exist: a relative path starts at the working directory, ${process.cwd()}; `
      + 'give one that starts there, or an absolute path');
  }
  if (!stat.isFile()) {
    mistake(`${file.called} is ${stat.isDirectory() ? 'a directory' : 'no regular file'}: `
      + 'give the file whose default export is the function');
  }
  const type = extname(path);
  if (BUNDLED.includes(type)) return file;
  if (!PLAIN.includes(type)) {
    mistake(`${file.called} is neither JavaScript nor TypeScript: its name must end in one of `
      + `${[...PLAIN, ...BUNDLED].join(', ')}`);
  }

  const text = withoutHashbang(unixText(readable(file, () => readFileSync(absolute, 'utf8'))));
  const program = parsed(text, parseModule, (reason, { line, column }, excerpt) =>
    `${file.called} is not a JavaScript module: ${reason} (${path}:${line}:${column}: \`${excerpt}\`)`);
  if (needsBundling(program)) return file;
  const plain = {
    called: file.called,
    text: text.endsWith('\n') ? text : `${text}\n`,
    program,
    main: defaultFunction(file.called, program),
    file: { bundled: false, own: () => true },
  };
  checkVariables(plain);
  return { ...file, plain };
}

/** What a file answers. @throws what is wrong with its path or the right to read it */
function readable<T>(file: Entry, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return mistake(`${file.called} cannot be read (${(error as Error).message}): give the path of a file that can`);
  }
}

/** The module of a file, bundled where it must be. @throws what is wrong with what it imports or exports */
export function fileModule(file: CodeFile, runtime: Runtime): Module {
  if (file.plain) {
    const [first] = imports(file.plain.program);
    if (runtime === 'njs' && first) refuseImport(file, first);
    return file.plain;
  }
  const { text, commonJs, own } = bundle(file, runtime);
  const program = parseModule(text);
  if (commonJs) checkCommonJs(file.called, program, own);
  const main = defaultFunction(file.called, program);
  return { called: file.called, text, program, main, file: { bundled: true, own } };
}

/** Plain JavaScript that imports nothing but Node's own modules runs as it is; CommonJS must be made a module. */
function needsBundling(program: Program): boolean {
  const commonJs = !program.body.some((statement) => /^(Import|Export)/.test(statement.type))
    && freeVariables(program).some(({ name }) => name === 'require' || name === 'module' || name === 'exports');
  return commonJs || imports(program).some((specifier) => !isBuiltin(specifier));
}

/** What a module imports. What `import()` computes is not known: esbuild finds the files that it may mean. */
function imports(program: Program): string[] {
  const specifiers: string[] = [];
  walk(program, (node) => {
    if ('source' in node && node.source) {
      specifiers.push(node.source.type === 'Literal' ? String(node.source.value) : 'computed');
    }
  });
  return specifiers;
}
