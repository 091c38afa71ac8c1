import { join } from 'node:path';
import * as ts from 'typescript';

const PACKAGE = join(__dirname, '../../lib/local/testing');

/** What our declarations name of Node: there in @types/node 14, which declares no `fetch`. */
const NODE = `
  declare namespace NodeJS { type Signals = 'SIGKILL'; type ProcessEnv = {} }
  declare class Buffer {}
  declare module 'node:events' { class EventEmitter {} }
`;

/** The mistakes of a program that uses the compiled package, which is checked as well, with these libraries. */
function mistakes(lib: string[], body: string): string[] {
  const files = new Map([
    [join(__dirname, 'typings-node.d.ts'), NODE],
    [
      join(__dirname, 'typings.ts'),
      `import { LocalCluster } from '${PACKAGE}'; export async function run(cluster: LocalCluster) { ${body} }`,
    ],
  ]);
  const options: ts.CompilerOptions = {
    lib: lib.map((name) => `lib.${name}.d.ts`),
    types: [],
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ES2017,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    ignoreDeprecations: '6.0',
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, version) => files.has(name) ? ts.createSourceFile(
    name, files.get(name)!, version,
  ) : getSourceFile(name, version);
  return ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host)).map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}

const USE = `
  const response = await cluster.fetch('web', '/', { method: 'POST', headers: { a: 'b' }, body: 'text' });
  const status: number = response.status;
  const [header, text]: [string | null, string] = [response.headers.get('x-shard'), await response.text()];
  const hits: string[] = (await response.json()).hits;
  cluster.servedBy(response)?.kill();
  if (status > 200) return [header, text, hits];
`;

test('the declarations compile where neither fetch nor Symbol.asyncDispose is declared, as in a project of cdk8s init', () => {
  expect(mistakes(['es2018'], `${USE}
    // @ts-expect-error it is a number: the types are there, and not just any
    return response.status as string;
  `)).toEqual([]);
});

test('where they are declared, a response is a Response and a cluster can be disposed of', () => {
  expect(mistakes(['es2018', 'dom', 'esnext.disposable'], `${USE}
    const init: RequestInit = { signal: AbortSignal.timeout(1) };
    const response2: Response = await cluster.fetch('web', '/', init);
    await using used = cluster;
    return [response2, used];
  `)).toEqual([]);
});
