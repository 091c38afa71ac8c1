import type { ContainerResources, EnvValue } from 'cdk8s-plus-27';
import type { Claim } from './claims';
import type { ExtraContainers } from './extra-containers';
import type { Files } from './files';
import type { ExecCheck, GrpcCheck, HttpCheck, LivenessCheck, OwnProbes } from './probes';
import type { ExtendedResources } from './resources';
import type { Writable } from './writable';
import type { Mount } from '../platform/mount';
import type { IEnvFrom } from '../platform/plus-objects';

/** What users bring to a pod, in words of cdk8s-plus. */
export interface Brought extends OwnProbes, ExtraContainers {
  readonly envFrom?: readonly IEnvFrom[];
  readonly volumeMounts?: readonly Mount[];
  readonly extendedResources?: ExtendedResources;
}

/** A port whose metrics Prometheus reads. */
export interface MetricsPort {
  readonly port: string;
  readonly path: string;
}

/** The files of a ConfigMap or Secret that somebody else makes. */
export type GivenFiles = { readonly configMap: { readonly name: string } } | {
  readonly secret: { readonly secretName: string };
};

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
  /** Ready once this answers 200–399, or that it serves, or once this ends with 0. */
  readonly readiness: HttpCheck | GrpcCheck | ExecCheck;
  /**
   * Alive while this answers. Without it a pod is alive while its first port takes connections, as it does even when
   * its program hangs.
   */
  readonly liveness?: LivenessCheck;
  readonly resources: ContainerResources;
  /** Read-only files by mount path. */
  readonly files: { readonly [mountPath: string]: Files };
  /** Files among these that are also at another path, where they may be executed. */
  readonly scripts?: { readonly [path: string]: { readonly folder: string; readonly file: string } };
  /** The same of objects that are there already. */
  readonly given?: { readonly [mountPath: string]: GivenFiles };
  /** Writable folders, each an `emptyDir`: its size limit by mount path. */
  readonly writable: Writable;
  /**
   * What each replica keeps for itself.
   * @default - nothing: replicas are all alike
   */
  readonly claims?: readonly Claim[];
  readonly brought?: Brought;
  /**
   * Seconds between the stop signal and SIGKILL, where no option says: what open requests may still take, and a little
   * for the end itself.
   */
  readonly stop: number;
}
