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
  const { open } = await import(pathToFileURL(file).href);
  try {
    return await open(config, parts);
  } catch (error) {
    throw isStateError(error) ? new StartError(error.message, { cause: error.cause }) : error;
  }
}
