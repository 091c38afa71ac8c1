import type { Group } from './groups';
import type { Known } from './kinds';

/** A claim that pods mount. */
export interface VolumeOfGroup {
  readonly id: string;
  readonly title: string;
  readonly notes: readonly string[];
  /** Whether others may mount it too. */
  readonly isShared: boolean;
}

/**
 * The claims that the pods of a group have: one for each pod, and those that have a name of their own.
 * @param made the claims of the manifests, by namespace and name
 */
export function volumesOf(group: Group, made: ReadonlyMap<string, Known>): VolumeOfGroup[] {
  const templates = (group.object.spec.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    id: `${group.id}/${metadata?.name}`,
    title: `volume ${metadata?.name}`,
    notes: [...sizeOf(spec), ...(group.object.spec.replicas ?? 1) > 1 ? ['one for each replica'] : []],
    isShared: false,
  }));
  const claims = (group.pod.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  const shared = claims.map((name) => ({
    id: `PersistentVolumeClaim/${group.namespace}/${name}`,
    title: `volume ${name}`,
    notes: sizeOf(made.get(`${group.namespace}/${name}`)?.spec),
    isShared: true,
  }));
  return [...templates, ...shared];
}

function sizeOf(claim: any): string[] {
  const size = claim?.resources?.requests?.storage;
  return size === undefined ? [] : [String(size)];
}
