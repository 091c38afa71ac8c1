import * as path from 'node:path';
import { downloaded } from './download';
import { fromNpm } from './npm';
import { quoted, run } from './run';
import { firstOnPath, firstWay, named, Searches, SearchOptions } from './search';

/** A Node that has node:sqlite. */
export interface Node {
  readonly program: string;
  /** `24.21.0` */
  readonly version: string;
}

/** The first whose node:sqlite needs no flag; of Node 23, 23.4.0. */
const OLDEST = '22.13';
/** The first major that has such a version. */
const OLDEST_MAJOR = 22;
/** What is downloaded where no image names a major. */
const USUAL_MAJOR = 24;
const CHECK_TIMEOUT = 20_000;

/** Which Node to look for, and where. */
export interface FindNodeOptions extends SearchOptions {
  /** The major to download where no other does. @default 24 */
  readonly major?: number;
}

const searches = new Searches<Node>();

/**
 * Finds a Node whose programs may import node:sqlite: `$POD_NODE`, else the one that runs this process, else one on
 * PATH, else the npm registry's package of this platform in a cache folder, downloaded at the first call. Throws when
 * the named one has no node:sqlite, or when none of the four ways works: then the error says why for each.
 */
export function findNode(
  { major = USUAL_MAJOR, onProgress = () => {}, env = process.env }: FindNodeOptions = {},
): Promise<Node> {
  return searches.once(env, [major, env.POD_NODE], () => {
    const inspect = (program: string) => inspectNode(program, env);
    const { POD_NODE: program } = env;
    if (program) {
      const runs = 'programs that import node:sqlite';
      return named({ program, by: '$POD_NODE', kind: 'a node program', runs }, env, inspect);
    }
    return firstWay(
      `no Node of ${OLDEST} or newer, for programs that import node:sqlite, is found: install one, or name it with `
      + '$POD_NODE.',
      '$POD_NODE is not set',
      [
        ['this process', () => ownNode(inspect)],
        ['on PATH', () => firstOnPath(['node'], env, inspect)],
        [`${packageName()} of the npm registry`, () => npmNode(major, env, inspect, onProgress)],
      ],
    );
  });
}

async function ownNode(inspect: (program: string) => Promise<Node>): Promise<Node> {
  return inspect(process.execPath).catch((error: Error) => {
    throw new Error(`${process.execPath} ${error.message}`);
  });
}

async function npmNode(
  major: number, env: NodeJS.ProcessEnv, inspect: (program: string) => Promise<Node>,
  onProgress: (line: string) => void,
): Promise<Node> {
  if (major < OLDEST_MAJOR) throw new Error(`the image names Node ${major}, which has no node:sqlite`);
  return downloaded({
    folder: `node-${major}-${process.platform}-${process.arch}`,
    title: `Node ${major}`,
    fill: (folder) => {
      const wanted = { name: packageName(), range: String(major), files: ['bin/node', 'LICENSE'] };
      return fromNpm(wanted, folder, env, onProgress);
    },
    open: (folder) => inspect(path.join(folder, 'bin/node')),
  }, env, onProgress);
}

function packageName(): string {
  return `node-${process.platform}-${process.arch}`;
}

/** Asks a Node what it is. Throws what is wrong with it, to be read behind its name. */
async function inspectNode(program: string, { NODE_OPTIONS: _, ...env }: NodeJS.ProcessEnv): Promise<Node> {
  const question = "[process.versions.node, require('node:module').isBuiltin('node:sqlite')].join(' ')";
  const { stdout, stderr } = await run([program, '-p', question], { timeout: CHECK_TIMEOUT, env });
  const [, version, has] = /^(\d+\.\d+\.\d+) (true|false)$/m.exec(stdout) ?? [];
  if (!version) throw new Error(`does not say which version of Node it is, but ${quoted(stdout || stderr)}`);
  if (has === 'false') throw new Error(`is version ${version}; node:sqlite needs ${OLDEST} or newer`);
  return { program, version };
}
