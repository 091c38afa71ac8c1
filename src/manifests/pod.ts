import { ContainerResources, EnvValue, VolumeMount } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { Brought, renderContainer } from './container';
import { renderExtras } from './extra-containers';
import { Files } from './files';
import { GroupLabels } from './labels';
import { renderVolumes } from './mounts';
import { volumeName } from './names';
import { PodParts } from './pod-options';
import { HttpCheck, LivenessCheck } from './probes';
import { quantity } from './resources';
import { Writable } from './writable';

/** A port whose metrics Prometheus reads. */
export interface MetricsPort {
  readonly port: string;
  readonly path: string;
}

/** A pod in our words; what hardening and probes it gets is decided here and nowhere else. */
export interface PodSpec {
  readonly image: string;
  readonly command?: string[];
  readonly args?: string[];
  readonly env: { readonly [name: string]: EnvValue };
  /** Port numbers by name; the first takes requests. */
  readonly ports: { readonly [name: string]: number };
  /** Where metrics are, if there are any: the name of a port. */
  readonly metrics?: MetricsPort;
  /** Ready once this answers 200–399. */
  readonly readiness: HttpCheck;
  /**
   * Alive while this answers. Without it a pod is alive while its first port takes connections, as it does even when
   * its program hangs.
   */
  readonly liveness?: LivenessCheck;
  readonly resources: ContainerResources;
  /** Read-only files by mount path. */
  readonly files: { readonly [mountPath: string]: Files };
  /** Writable folders, each an `emptyDir`: its size limit by mount path. */
  readonly writable: Writable;
  readonly brought?: Brought;
  /**
   * Seconds between the stop signal and SIGKILL, where no option says: what open requests may still take, and a little
   * for the end itself.
   */
  readonly stop: number;
}

/** The `spec` of a pod, under the restricted Pod Security Standard where no option says otherwise. */
export function renderPod(scope: IConstruct, labels: GroupLabels, pod: PodSpec, parts: PodParts): object {
  const { files, writable, brought = {} } = pod;
  const extras = renderExtras(scope, labels.role, brought, parts);
  return {
    // The variables of every Service in the namespace: never read here, and they can clash with ours.
    enableServiceLinks: false,
    initContainers: extras.length > 0 ? extras : undefined,
    containers: [renderContainer(scope, labels.role, pod, parts)],
    volumes: renderVolumes(scope, [
      ...Object.entries(files).map(([path, { configMap }]) => ({ name: volumeName(path), configMap: { name: configMap } })),
      ...Object.entries(writable).map(([path, size]) => (
        { name: volumeName(path), emptyDir: { sizeLimit: quantity(size) } }
      )),
    ], mountsOf(brought)),
    ...parts.pod,
  };
}

function mountsOf({ volumeMounts = [], sidecars = [], initContainers = [] }: Brought): readonly VolumeMount[] {
  return [...volumeMounts, ...[...sidecars, ...initContainers].flatMap((each) => each.volumeMounts ?? [])];
}
