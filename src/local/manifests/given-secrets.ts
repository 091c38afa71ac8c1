import { refuseNames } from './name-refusals';
import { readObjects } from './read-objects';

/**
 * Secrets that no manifest holds, because somebody else makes them in a real cluster: by name, or by `namespace/name`,
 * what each of their keys stands for, as plain text.
 */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Refuses names, keys and values that a Secret cannot have. */
export function refuseSecrets(secrets: Secrets): void {
  for (const [title, stringData] of Object.entries(secrets)) {
    const [name, ...namespace] = title.split('/').reverse();
    const metadata = { name, ...namespace.length > 0 ? { namespace: namespace.reverse().join('/') } : {} };
    readObjects([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData }]).objects.forEach(refuseNames);
  }
}

/** What to do about a ConfigMap, a Secret or a key of one that is not there. */
export function remedyFor(kind: 'ConfigMap' | 'Secret', name: string, key = 'key'): string {
  if (kind === 'ConfigMap') return 'add it to the manifests, or mark the reference optional';
  return `add it to the manifests, give it to LocalCluster.start with secrets: { '${name}': { '${key}': '…' } } `
    + 'or to the command line as a further file, or mark the reference optional';
}
