/** State that a Valkey or Redis keeps: loaded by the function server where a function has `State.shared`. */
import type { SharedStateConfig, StateShape } from '../src/contract';
import { EngineParts, StateError } from './function-server/state/engine';
import { stateOver } from './function-server/state/state';
import { ValkeyEngine } from './function-server/state/valkey';
import { ValkeyClient } from './function-server/state/valkey-client';
import type { ValkeyServer } from './function-server/state/valkey-connection';
import { StartError } from './shared/config';
import { names } from './shared/names';
import { Secure } from './shared/secure';

/** Does not wait for the server: a pod that starts while it is away answers what needs no state. */
export async function open(config: SharedStateConfig, { log, env }: EngineParts): Promise<StateShape> {
  try {
    return stateOver(new ValkeyEngine(new ValkeyClient(serverOf(config, env), log), config.prefix));
  } catch (error) {
    // of a class of this bundle, which the program does not know
    throw error instanceof StartError ? new StateError(503, error.message, { cause: error.cause }) : error;
  }
}

function serverOf(config: SharedStateConfig, env: NodeJS.ProcessEnv): ValkeyServer {
  const { port, tls, user, password, timeout } = config;
  const full = (name: string) => name.replace('${POD_NAMESPACE}', env.POD_NAMESPACE ?? 'default');
  if (password !== undefined && !env[password]) {
    throw new StartError(`the environment variable ${password} is missing or empty: it has the password of the server `
      + 'that keeps the state');
  }
  return {
    host: full(config.host),
    port,
    user: user && env[user] || undefined,
    password: password && env[password],
    secure: tls && new Secure(full(tls.serverName), tls, env).address(),
    lookup: names(),
    timeout,
  };
}
