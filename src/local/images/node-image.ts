import { dirname } from 'node:path';

/** The major version that the tag of a node image names: 24 of `node:24-alpine`. */
export function majorOf(image: string): number | undefined {
  const [, major] = /:(\d+)(?=$|[.-])[^:/]*$/.exec(image.replace(/@.*$/, '')) ?? [];
  return major === undefined ? undefined : Number(major);
}

/**
 * What the entrypoint of the node image runs: `node` in front of what is no command by itself.
 * @param node the program that stands for the image's.
 */
export function nodeCommand(argv: readonly string[], ownEntrypoint: boolean, node: string): string[] {
  const [first, ...rest] = argv.length > 0 ? argv : ['node'];
  if (first === 'node' || first.endsWith('/bin/node')) return [node, ...rest];
  if (!ownEntrypoint && (first.startsWith('-') || /\.[cm]?js$/.test(first))) return [node, first, ...rest];
  return [first, ...rest];
}

/**
 * Options as a Node of another version understands them: manifests are written for a newer one, whose permission model
 * has left its experimental name behind, or for one that guards the network where this one does not, or the other way
 * round.
 * @param version of the Node that will run, such as 20.19.0.
 */
export function understood(options: readonly string[], version: string): string[] {
  const [major, minor] = version.split('.').map(Number);
  const stable = major > 23 || (major === 23 && minor >= 5) || (major === 22 && minor >= 13);
  const permission = stable ? '--permission' : '--experimental-permission';
  return [
    ...options.filter((each) => each !== '--allow-net').map((each) => each === '--permission' ? permission : each),
    ...isGuarded(options) && major >= 25 ? ['--allow-net'] : [],
  ];
}

/** NODE_OPTIONS for the Node at hand, which loads a file of ours first, and may read its folder. */
export function nodeOptions(declared: string, preloadFile: string, version: string): string {
  const given = declared.split(/\s+/).filter(Boolean);
  const readable = isGuarded(given) ? [`--allow-fs-read=${dirname(preloadFile)}`] : [];
  return [...understood([...given, ...readable], version), `--require=${preloadFile}`].join(' ');
}

function isGuarded(options: readonly string[]): boolean {
  return options.some((each) => each === '--permission' || each === '--experimental-permission');
}
