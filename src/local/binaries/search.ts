import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** Where to look for a program. */
export interface SearchOptions {
  /** Told what a download is doing, a line at a time. */
  readonly onProgress?: (line: string) => void;
  /** The environment: what names the program, PATH, XDG_CACHE_HOME, HOME and TMPDIR are read. @default process.env */
  readonly env?: NodeJS.ProcessEnv;
}

/** Says what a program is; throws what is wrong with it, to be read behind its name. */
export type Inspect<T> = (program: string) => Promise<T>;

/** One of the ways to find a program, and what errors call it. */
export type Way<T> = readonly [name: string, find: () => Promise<T>];

/** What a program is named by, and how errors speak of it. */
export interface Named {
  /** A path, or a name on PATH. */
  readonly program: string;
  /** What names it: `$NGINX`. */
  readonly by: string;
  /** `an nginx program` */
  readonly kind: string;
  /** What it is wanted for: `routers`. */
  readonly runs: string;
}

/** Finds something once for each environment that it is looked for in. */
export class Searches<T> {
  private readonly found = new Map<string, Promise<T>>();

  /** @param further what else the result depends on. */
  public once(env: NodeJS.ProcessEnv, further: readonly unknown[], find: () => Promise<T>): Promise<T> {
    const key = JSON.stringify([env.PATH, env.XDG_CACHE_HOME, env.HOME, env.TMPDIR, ...further]);
    let search = this.found.get(key);
    if (!search) {
      search = find();
      this.found.set(key, search);
      search.catch(() => this.found.delete(key)); // what failed may be mended meanwhile
    }
    return search;
  }
}

/** The program that is named, and no other. Throws when it does not do. */
export async function named<T>(
  { program, by, kind, runs }: Named, env: NodeJS.ProcessEnv, inspect: Inspect<T>,
): Promise<T> {
  const [file] = program.includes('/') ? [path.resolve(program)] : await onPath(program, env);
  if (!file) throw new Error(`${by} is ${JSON.stringify(program)}, which is not on PATH: give the path of ${kind}`);
  try {
    return await inspect(file);
  } catch (error) {
    throw new Error(`${by} is ${JSON.stringify(program)}, which cannot run ${runs}: it ${(error as Error).message}`);
  }
}

/** The first on PATH that does. */
export async function firstOnPath<T>(
  names: readonly string[], env: NodeJS.ProcessEnv, inspect: Inspect<T>,
): Promise<T> {
  const failures: string[] = [];
  for (const program of (await Promise.all(names.map((name) => onPath(name, env)))).flat()) {
    try {
      return await inspect(program);
    } catch (error) {
      failures.push(`${program} ${(error as Error).message}`);
    }
  }
  throw new Error(failures.join('; ') || `there is no ${names.join(' and no ')}`);
}

/** What the first way finds that works. When none does, throws with why for each. */
export async function firstWay<T>(none: string, notNamed: string, ways: readonly Way<T>[]): Promise<T> {
  const failures = [notNamed];
  for (const [name, find] of ways) {
    try {
      return await find();
    } catch (error) {
      failures.push(`${name}: ${(error as Error).message}`);
    }
  }
  throw new Error([`${none} Tried:`, ...failures.map((failure) => `  - ${failure}`)].join('\n'));
}

/** The programs of that name on PATH, first one first. */
export async function onPath(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const candidates = (env.PATH ?? '').split(path.delimiter).filter(Boolean).map((folder) => path.join(folder, name));
  const isUsable = (file: string) => fs.access(file, constants.X_OK).then(() => true, () => false);
  const usable = await Promise.all(candidates.map(isUsable));
  return candidates.filter((_, index) => usable[index]);
}
