import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionServerConfig } from '../../src/contract';

/** What user code exports: called with a request and a context. */
export type Handler = (request: unknown, context: unknown) => unknown;

/** A pod that cannot start, in words for its owner: `cause` is what user code threw, where that is the reason. */
export class StartError extends Error {}

const NUMBERS = ['port', 'adminPort', 'maxBodySize', 'maxConcurrency', 'timeout', 'drain'] as const;

/** Reads the configuration. Throws a StartError that names the file, property and value. */
export function readConfig(file: string | undefined): FunctionServerConfig {
  if (file === undefined) throw new StartError('the path of the configuration is missing: node function-server.mjs /path/config.json');
  let config: FunctionServerConfig;
  try {
    config = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new StartError(`${file} cannot be read as JSON: ${(cause as Error).message}`);
  }
  for (const name of NUMBERS) {
    // a timer of Node's with more than 2^31 - 1 ms would fire at once
    if (!(config[name] >= 0 && config[name] < 2 ** 31)) throw new StartError(`${file}: ${name} is ${JSON.stringify(config[name])}: it is a number from 0 to 2147483647`);
  }
  if (typeof config.code !== 'string') throw new StartError(`${file}: code is ${JSON.stringify(config.code)}: it names the module beside this file`);
  return config;
}

/** Imports the user's module, which stands beside the configuration. Throws a StartError when it fails to load or exports no function. */
export async function loadHandler(configFile: string, code: string): Promise<Handler> {
  const file = join(dirname(configFile), code);
  let handler: unknown;
  try {
    handler = (await import(pathToFileURL(file).href)).default;
  } catch (cause) {
    throw new StartError(`${file} does not load`, { cause });
  }
  if (typeof handler !== 'function') throw new StartError(`${file}: the default export is ${handler === undefined ? 'missing' : `a ${typeof handler}`}: export default a function`);
  return handler as Handler;
}

/** What every request's context says: which pod this is, and its place in the pattern. */
export function contextOf(env: NodeJS.ProcessEnv): { readonly [name: string]: string | number } {
  const context: { [name: string]: string | number } = { pod: env.POD_NAME ?? env.HOSTNAME ?? '' };
  for (const name of ['SHARD', 'SHARDS', 'LEAF', 'LEAVES']) {
    if (env[name]) context[name.toLowerCase()] = Number(env[name]);
  }
  return context;
}
