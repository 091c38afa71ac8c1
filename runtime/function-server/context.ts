import type { ContextShape, StateShape } from '../../src/contract';

/** What every request's context says, less its signal. */
export interface FixedContext {
  /** Which pod this is, and its place in the pattern. */
  readonly place: { readonly [name: string]: string | number };
  readonly state?: StateShape;
}

/** Which pod this is, and its place in the pattern. */
export function placeOf(env: NodeJS.ProcessEnv): FixedContext['place'] {
  const place: { [name: string]: string | number } = { pod: env.POD_NAME ?? env.HOSTNAME ?? '' };
  for (const name of ['SHARD', 'SHARDS', 'LEAF', 'LEAVES', 'REPLICA']) {
    if (env[name]) place[name.toLowerCase()] = Number(env[name]);
  }
  return place;
}

/** Not one of the context's own members: who copies or logs a context must not meet an error. */
const WITHOUT_STATE = {
  get state(): never {
    throw new Error('context.state is missing: give the backend state, such as '
      + 'Backend.fromFunction(code, { state: State.local({ size: Size.gibibytes(1) }) })');
  },
};

/** The context of a request. */
export function contextOf({ place, state }: FixedContext, signal: AbortSignal): ContextShape {
  const context = state ? { ...place, state, signal } : { __proto__: WITHOUT_STATE, ...place, signal };
  return context as unknown as ContextShape;
}
