import { tmpdir } from 'node:os';

/** How the names of clusters' folders begin. */
export const CLUSTER_PREFIX = 'cdk8s-metaparticle-';

/**
 * Where clusters have their folders. Paths get into arguments and into nginx configs, where white space and commas
 * would tear them apart.
 */
export function clustersFolder(): string {
  return /^[\w./-]+$/.test(tmpdir()) ? tmpdir() : '/tmp';
}
