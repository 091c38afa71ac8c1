import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A function of the user's. */
export type UserFunction = (...args: unknown[]) => unknown;

/** A pod that cannot start, in words for its owner: `cause` is what user code threw, where that is the reason. */
export class StartError extends Error {}

/**
 * Reads a configuration. Throws a StartError that names the file, and a property that should be a number and is none.
 */
export function readConfig<Config extends object>(
  file: string, numbers: ReadonlyArray<keyof Config & string>,
): Config {
  let config: Config;
  try {
    config = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new StartError(`${file} cannot be read as JSON: ${(cause as Error).message}`);
  }
  for (const name of numbers) {
    const value: any = config[name];
    // a timer of Node's with more than 2^31 - 1 ms would fire at once
    if (!(value >= 0 && value < 2 ** 31)) {
      throw new StartError(`${file}: ${name} is ${JSON.stringify(value)}: it is a number from 0 to 2147483647`);
    }
  }
  return config;
}

/**
 * Imports the user's module, which stands beside the configuration. Throws a StartError when it fails to load or
 * exports no function.
 */
export async function loadFunction(configFile: string, code: string | undefined): Promise<UserFunction> {
  if (typeof code !== 'string') {
    throw new StartError(`${configFile}: code is ${JSON.stringify(code)}: it names the module beside this file`);
  }
  const file = join(dirname(configFile), code);
  let loaded: unknown;
  try {
    loaded = (await import(pathToFileURL(file).href)).default;
  } catch (cause) {
    throw new StartError(`${file} does not load`, { cause });
  }
  if (typeof loaded !== 'function') {
    const found = loaded === undefined ? 'missing' : `a ${typeof loaded}`;
    throw new StartError(`${file}: the default export is ${found}: export default a function`);
  }
  return loaded as UserFunction;
}
