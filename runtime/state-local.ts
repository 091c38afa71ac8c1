/** State in a database of the pod's own: loaded by the function server where a function has `State.local`. */
import type { LocalStateConfig, StateShape } from '../src/contract';
import type { EngineParts } from './function-server/state/engine';
import { openLocal } from './function-server/state/local';
import { stateOver } from './function-server/state/state';

export async function open(config: LocalStateConfig, parts: EngineParts): Promise<StateShape> {
  const engine = await openLocal(config, parts);
  process.once('exit', () => engine.close());
  return stateOver(engine);
}
