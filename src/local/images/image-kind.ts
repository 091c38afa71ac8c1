/** What is known to run without its image. */
export type ImageKind = 'nginx' | 'node' | 'valkey';

const KINDS = new Map<string, ImageKind>([
  ['nginx', 'nginx'], ['node', 'node'], ['valkey', 'valkey'], ['redis', 'valkey'],
]);

/** The kind of an image, by the name after the last slash; undefined for one that is only known to its maker. */
export function imageKind(image: string): ImageKind | undefined {
  const path = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const kind = KINDS.get(path.replace(/^.*\//, ''));
  // Bitnami's images read other arguments and variables than those of the projects.
  return kind === 'valkey' && path.includes('bitnami') ? undefined : kind;
}
