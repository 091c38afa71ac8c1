/** What every request's context says: which pod this is, and its place in the pattern. */
export function contextOf(env: NodeJS.ProcessEnv): { readonly [name: string]: string | number } {
  const context: { [name: string]: string | number } = { pod: env.POD_NAME ?? env.HOSTNAME ?? '' };
  for (const name of ['SHARD', 'SHARDS', 'LEAF', 'LEAVES']) {
    if (env[name]) context[name.toLowerCase()] = Number(env[name]);
  }
  return context;
}
