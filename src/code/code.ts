import { IConstruct } from 'constructs';
import { bounded } from './bounded';
import { checkSynchronous, checkVariables, Module } from './checks';
import { codeFile, fileModule } from './file';
import { FUNCTION_REMEDY, functionSource } from './function-source';
import { inlineModule } from './inline';
import { Mistake, nested } from './mistake';
import { portable } from './portable';
import { Runtime } from './runtimes';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';

/**
 * Your code that runs in a pod: a handler, a sharding, scatter or gather function.
 *
 * Only the code itself reaches the pod, as text in a ConfigMap. Variables around it and imports of the file that it is
 * in do not. Characters that YAML cannot hold, such as control characters and U+2028, are written as escapes, in
 * comments too.
 */
export class Code {
  /**
   * The source of a function. In languages other than TypeScript and JavaScript, use `fromInline` or `fromFile`.
   *
   * It must define all that it needs inside. Variables and imports from around it are refused, and so is `this`. In
   * TypeScript, rather use `handler`, `sharding`, `scattering` or `gathering`, which do the same and give the
   * parameters their types.
   *
   * The source is written anew, so that it has the same bytes, and the pods stay the same, whether tsc (to ES2022 or
   * later, also in ts-node and ts-jest), esbuild or tsx has compiled it. Comments and layout are lost, and a digit at
   * the end of a variable's name may be. Differences remain where each compiler has its own way: enums, namespaces,
   * decorators, parameter properties, `using`, constants that it computes (`1 === 1`), and syntax newer than its
   * target.
   *
   * @param fn a function: `(request) => request.path`
   * @throws if it is no function, has no source that another process can run, or uses a variable that will be missing
   * in the pod
   * @jsii ignore
   */
  public static fromFunction(fn: any): Code {
    const module = nested('fn', () => {
      const { called, source } = functionSource(fn);
      return inlineModule(called, source, FUNCTION_REMEDY);
    });
    return new Code(module.called, () => module);
  }

  /**
   * An expression that is a function, as JavaScript text. It may call a function that returns one.
   *
   * @param source the text: `(request) => request.headers['x-user']`
   * @throws if it is no expression, is clearly no function, or uses a variable that will be missing in the pod
   */
  public static fromInline(source: string): Code {
    [source] = checked('Code.fromInline', [source], { remedy: 'for a function use Code.fromFunction' });
    const module = nested('inline code', () => inlineModule('inline code', source));
    return new Code(module.called, () => module);
  }

  /**
   * The default export of a file.
   *
   * A JavaScript module that imports only Node's own modules is used as it is. TypeScript, CommonJS, and files that
   * import other files or packages are bundled with the esbuild that your project has installed. CommonJS sets
   * `module.exports` or, as compilers do, `exports.default`. Files that the code reads are not in the pod, so import
   * JSON and text instead.
   *
   * @param path its path. A relative path starts at the working directory
   * @throws if there is no such file, if it is no module, or if it has no default export that could be a function
   */
  public static fromFile(path: string): Code {
    [path] = checked('Code.fromFile', [path]);
    const file = nested(`code file '${path}'`, () => codeFile(path));
    return new Code(file.called, (runtime) => fileModule(file, runtime));
  }

  /** By runtime: patterns that share a Code do not bundle it again. */
  private readonly modules = new Map<Runtime, string>();

  private constructor(
    /** Where it is from, as errors say it: `inline code`, or `code file 'gather.js'`. */
    public readonly origin: string,
    private readonly load: (runtime: Runtime) => Module,
  ) {}

  /**
   * The text of an ES module whose default export is the function; ends with a line break, and is the same
   * on every machine.
   *
   * @param scope whose path errors carry
   * @param runtime where it runs: `node` (24) in a pod of its own, `njs` (QuickJS, synchronous, bounded in
   * its steps) inside nginx
   * @throws what this runtime has not
   * @internal
   */
  public _module(scope: IConstruct, runtime: Runtime): string {
    const known = this.modules.get(runtime);
    if (known !== undefined) return known;
    try {
      const text = nested('code', () => this.textFor(runtime));
      this.modules.set(runtime, text);
      return text;
    } catch (error) {
      if (error instanceof Mistake) refuse(scope, error.message);
      throw error;
    }
  }

  private textFor(runtime: Runtime): string {
    const module = this.load(runtime);
    if (runtime === 'njs') checkSynchronous(module);
    checkVariables(module, runtime);
    return portable(runtime === 'njs' ? bounded(module) : module.text);
  }
}
