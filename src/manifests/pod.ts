import { IConstruct } from 'constructs';
import { renderContainer } from './container';
import { mountsOf, renderExtras } from './extra-containers';
import { GroupLabels } from './labels';
import { renderVolumes } from './mounts';
import { volumeName } from './names';
import type { PodParts } from './pod-parts';
import type { PodSpec } from './pod-spec';
import { quantity } from './resources';

/** Everybody may read and execute it. */
const EXECUTABLE = 0o555;

/** The `spec` of a pod, under the restricted Pod Security Standard where no option says otherwise. */
export function renderPod(scope: IConstruct, labels: GroupLabels, pod: PodSpec, parts: PodParts): object {
  const { files, scripts = {}, given = {}, writable, claims = [], brought = {} } = pod;
  const executable = new Set(Object.values(scripts).map(({ folder }) => folder));
  const extras = renderExtras(scope, labels.role, pod, parts);
  return {
    // The variables of every Service in the namespace: never read here, and they can clash with ours.
    enableServiceLinks: false,
    initContainers: extras.length > 0 ? extras : undefined,
    containers: [renderContainer(scope, labels.role, pod, parts)],
    volumes: renderVolumes(scope, [
      ...Object.entries(files).map(
        ([path, { configMap }]) => ({
          name: volumeName(path),
          configMap: { name: configMap, defaultMode: executable.has(path) ? EXECUTABLE : undefined },
        }),
      ),
      ...Object.entries(given).map(([path, source]) => ({ name: volumeName(path), ...source })),
      ...Object.entries(writable).map(([path, size]) => (
        { name: volumeName(path), emptyDir: { sizeLimit: quantity(size) } }
      )),
    ], mountsOf(brought), claims),
    ...parts.pod,
  };
}
