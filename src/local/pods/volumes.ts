import { chmod, mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { podField, PodFacts, resourceField } from '../manifests/environment';
import { remedyFor } from '../manifests/given-secrets';
import { ContainerSpec, DownwardSource, FileSource, Volume } from '../manifests/kube';
import { ObjectStore } from '../manifests/object-store';

interface VolumeFile { readonly content: Buffer | string; readonly mode: number }

const DEFAULT_MODE = 0o644;

/**
 * Makes the folder of a volume, or brings the files of an existing one up to date.
 * Throws when a ConfigMap, a Secret or one of its keys is not there.
 */
export async function writeVolume(volume: Volume, folder: string, pod: PodFacts, store: ObjectStore): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = volumeFiles(volume, pod, store);
  if (files) await publish(files, folder);
}

/** The files of a volume that is made of objects; undefined for a folder that is empty at first. */
function volumeFiles(volume: Volume, pod: PodFacts, store: ObjectStore): Map<string, VolumeFile> | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return objectFiles('ConfigMap', configMap, pod, store);
  if (secret) return objectFiles('Secret', { ...secret, name: secret.secretName }, pod, store);
  if (downwardAPI) return downwardFiles(downwardAPI, pod);
  if (!projected) return undefined;
  const { sources, defaultMode } = projected;
  return new Map(sources.flatMap((source) => [
    ...source.configMap ? objectFiles('ConfigMap', { defaultMode, ...source.configMap }, pod, store) : [],
    ...source.secret ? objectFiles('Secret', { defaultMode, ...source.secret }, pod, store) : [],
    ...source.downwardAPI ? downwardFiles({ defaultMode, ...source.downwardAPI }, pod) : [],
  ]));
}

function objectFiles(
  kind: 'ConfigMap' | 'Secret', source: FileSource, pod: PodFacts, store: ObjectStore,
): Map<string, VolumeFile> {
  const found = store.files(kind, pod.namespace, source.name);
  if (!found && !source.optional) {
    const remedy = remedyFor(kind, source.name);
    throw new Error(`${kind} ${source.name} does not exist in namespace ${pod.namespace}: ${remedy}`);
  }
  const content = found ?? new Map<string, Buffer>();
  const items = source.items ?? [...content.keys()].map((key) => ({ key, path: key, mode: undefined }));
  return new Map(items.flatMap(({ key, path, mode }) => {
    const value = content.get(key);
    if (value === undefined && !source.optional) throw new Error(`${kind} ${source.name} has no key ${key}`);
    return value === undefined ? [] : [[path, { content: value, mode: mode ?? source.defaultMode ?? DEFAULT_MODE }]];
  }));
}

function downwardFiles(source: DownwardSource, pod: PodFacts): Map<string, VolumeFile> {
  return new Map((source.items ?? []).map(({ path, fieldRef, resourceFieldRef, mode }) => {
    const content = fieldRef
      ? podField(fieldRef.fieldPath, pod)
      : resourceField(resourceFieldRef!, {} as ContainerSpec, pod);
    return [path, { content, mode: mode ?? source.defaultMode ?? DEFAULT_MODE }];
  }));
}

/**
 * As a kubelet does it: the files lie in a hidden folder, `..data` points to that, and every name points into
 * `..data`. One rename then changes all of them at once.
 */
async function publish(files: Map<string, VolumeFile>, folder: string): Promise<void> {
  const hidden = `..${Date.now()}_${Math.random().toString(36).slice(2, 8)}`;
  const data = join(folder, '..data');
  for (const [path, { content, mode }] of files) {
    const file = join(folder, hidden, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode); // not at its making, where the umask takes bits away
  }
  const old = await readlink(data).catch(() => undefined);
  await mkdir(join(folder, hidden), { recursive: true });
  await symlink(hidden, `${data}_tmp`);
  await rename(`${data}_tmp`, data);
  const tops = new Set([...files.keys()].map((path) => path.split('/')[0]));
  for (const top of tops) {
    await symlink(join('..data', top), join(folder, top)).catch(() => {}); // already there: an update
  }
  const gone = (await readdir(folder)).filter((name) => !name.startsWith('..') && !tops.has(name));
  await Promise.all(gone.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  if (old) await rm(join(folder, old), { recursive: true, force: true });
}
