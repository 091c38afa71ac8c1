import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { LineCounter } from 'yaml';
import { objectsIn } from '../manifests/read-objects';
import { yamlDocuments } from '../manifests/yaml';

const MANIFEST = /\.(ya?ml|json)$/i;

/**
 * The Kubernetes objects of files and folders, in the order given; `-` is the standard input. Of a folder, the YAML
 * and JSON files are read, also in its folders: a cdk8s app may write one per chart. Throws where something is missing
 * or cannot be read, naming file, line and column.
 */
export async function readManifests(names: readonly string[]): Promise<object[]> {
  const objects = await Promise.all(names.map(async (name) => {
    if (name === '-') return parse(await standardInput(), 'standard input');
    const files = await manifestsAt(name);
    return (await Promise.all(files.map(async (file) => parse(await fs.readFile(file, 'utf8'), file)))).flat();
  }));
  const all = objects.flat();
  if (all.length === 0) {
    throw new Error(`${names.join(', ')} holds no Kubernetes object: give what \`cdk8s synth\` wrote`);
  }
  return all;
}

async function manifestsAt(name: string): Promise<string[]> {
  const stat = await fs.stat(name).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new Error(`${name} cannot be read: ${error.message}`);
    throw new Error(`there is no file or folder ${name}: give what \`cdk8s synth\` wrote, usually the folder dist`);
  });
  if (!stat.isDirectory()) return [name];
  const entries = await fs.readdir(name, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => !entry.isDirectory() && MANIFEST.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
  if (files.length === 0) {
    throw new Error(`the folder ${name} holds no .yaml, .yml or .json file: give what \`cdk8s synth\` wrote, usually `
      + 'the folder dist');
  }
  return files.sort();
}

function parse(text: string, file: string): object[] {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  return yamlDocuments(text, { lineCounter: lines, prettyErrors: false }).flatMap((document) => {
    const [mistake] = document.errors;
    if (mistake) throw new Error(`${at(mistake.pos[0])}: the YAML cannot be read: ${mistake.message}`);
    return objectsIn(document.toJS()).map((object: any) => {
      if (typeof object?.kind === 'string' && object.metadata?.name !== undefined) return object;
      const seen = JSON.stringify(object).slice(0, 60);
      throw new Error(`${at(document.contents?.range?.[0] ?? 0)}: ${seen} is not a Kubernetes object, which has kind `
        + 'and metadata.name: give what `cdk8s synth` wrote');
    });
  });
}

async function standardInput(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) text += chunk;
  return text;
}
