import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EngineParts, isStateError } from './state/engine';
import type { StateConfig, StateShape } from '../../src/contract';
import { StartError } from '../shared/config';

/** The engines, beside the program: a pod has the one that it needs. */
const ENGINES = { local: 'state-local.mjs', shared: 'state-valkey.mjs' };

/** Opens the state. Throws a StartError where that fails. */
export async function loadState(config: StateConfig, parts: EngineParts): Promise<StateShape> {
  const file = join(dirname(process.argv[1]), ENGINES[config.kind]);
  try {
    const { open } = await import(pathToFileURL(file).href);
    return await open(config, parts);
  } catch (error) {
    if (isStateError(error)) throw new StartError(error.message, { cause: error.cause });
    if ((error as any)?.code !== 'ERR_UNKNOWN_BUILTIN_MODULE') throw error;
    throw new StartError(`state needs node:sqlite, of Node 22.13 or newer, and this is ${process.version}`);
  }
}
