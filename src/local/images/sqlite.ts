import { ContainerSpec, PodSpec } from '../manifests/kube';
import { ObjectStore } from '../manifests/object-store';

const MODULE = /\.[cm]?js$/;
/** Of a module that is loaded with it. What asks for it later may do so only where it is there. */
const IMPORT = /\b(?:from|import)\s*["']node:sqlite["']/;

/**
 * Does a module that a ConfigMap brings to the container import node:sqlite? An older Node than 22.13 does not load it
 * then.
 */
export function importsSqlite(
  { volumeMounts = [] }: ContainerSpec, { volumes = [] }: PodSpec, namespace: string, store: ObjectStore,
): boolean {
  const mounted = volumes.filter(({ name }) => volumeMounts.some((mount) => mount.name === name));
  const sources = mounted.flatMap(({ configMap, projected }) => [{ configMap }, ...projected?.sources ?? []]);
  const names = sources.flatMap(({ configMap }) => configMap?.name ?? []);
  return names.some((name) => {
    const files = [...store.files('ConfigMap', namespace, name) ?? []];
    return files.some(([file, content]) => MODULE.test(file) && IMPORT.test(content.toString()));
  });
}
