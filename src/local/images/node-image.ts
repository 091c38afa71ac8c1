/** What the entrypoint of the node image runs: `node` in front of what is no command by itself. */
export function nodeCommand(argv: readonly string[], ownEntrypoint: boolean): string[] {
  const [first, ...rest] = argv.length > 0 ? argv : ['node'];
  if (first === 'node' || first.endsWith('/bin/node')) return [process.execPath, ...rest];
  if (!ownEntrypoint && (first.startsWith('-') || /\.[cm]?js$/.test(first))) return [process.execPath, first, ...rest];
  return [first, ...rest];
}

/**
 * NODE_OPTIONS for the Node at hand: manifests are written for a newer one, whose permission model has left its experimental name
 * behind, or for one that guards the network where this one does not, or the other way round.
 * @param version of the Node that will run, such as 20.19.0.
 */
export function nodeOptions(declared: string, preloadFile: string, version: string): string {
  const [major, minor] = version.split('.').map(Number);
  const stable = major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  const given = declared.split(/\s+/).filter((each) => each !== '' && each !== '--allow-net');
  const guarded = given.some((each) => each === '--permission' || each === '--experimental-permission');
  const options = given.map((each) => each === '--permission' && !stable ? '--experimental-permission' : each);
  if (guarded) options.push(`--allow-fs-read=${preloadFile}`);
  if (guarded && major >= 25) options.push('--allow-net');
  return [...options, `--require=${preloadFile}`].join(' ');
}
