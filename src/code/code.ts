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
 * Code of yours that runs in a pod: a handler, a sharding function or a gather function.
 *
 * Only the code itself gets there, as text in a ConfigMap: not the variables around it, nor what the program
 * imports that synthesizes. Characters that YAML cannot hold, such as control characters and U+2028, are written as
 * escapes, in comments too.
 */
export class Code {
  /**
   * The source of a function. In languages other than TypeScript and JavaScript, use `fromInline` or `fromFile`.
   *
   * It must bring along all it needs: variables and imports from around it are refused, and so is `this`. In
   * TypeScript rather use `handler`, `sharding`, `scattering` or `gathering`, which do the same and give the
   * parameters their types.
   *
   * The source is written anew: the same bytes, and so the same pods, whether tsc (to ES2022 or later, as ts-node and
   * ts-jest use it), esbuild or tsx has compiled it. Comments and layout are lost, and a digit at the end of a
   * variable's name may go. What each compiler writes in its own way stays different: enums, namespaces, decorators,
   * parameter properties, `using`, constants that it computes (`1 === 1`), and syntax newer than its target.
   *
   * @param fn a function: `(request) => request.path`
   * @throws where it is no function, has no source that another process can run, or uses a variable that
   * will be missing
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
   * @throws where it is no expression, or is seen to be no function, or uses a variable that will be missing
   */
  public static fromInline(source: string): Code {
    [source] = checked('Code.fromInline', [source], { remedy: 'for a function use Code.fromFunction' });
    const module = nested('inline code', () => inlineModule('inline code', source));
    return new Code(module.called, () => module);
  }

  /**
   * The default export of a file.
   *
   * JavaScript that imports nothing but Node's own modules is used as it is; whatever imports other files or
   * packages, is CommonJS or is TypeScript, is bundled with the esbuild that your project has installed. CommonJS may
   * set `module.exports` or, as compilers do, `exports.default`. Files that the code reads are not in the pod: import
   * JSON and text instead.
   *
   * @param path where it is. A relative path starts at the working directory
   * @throws where there is no such file, or it is no module, or has no default export that may be a function
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
