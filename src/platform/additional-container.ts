import { ContainerPort, ContainerResources, EnvFrom, EnvValue, Handler, ImagePullPolicy, Probe } from 'cdk8s-plus-27';
import { Mount } from './mount';
import { IEnvFrom, IHandler, IProbe } from './plus-objects';

/**
 * A container beside the one that takes requests: ContainerProps of any cdk8s-plus, or what they have. What is not
 * said of it is as in our own pods.
 */
export interface AdditionalContainer {
  /** Its image's reference, with a tag or digest. */
  readonly image: string;

  /**
   * Its name, a DNS label that no other container of the pod has.
   * @default - `sidecar-0` or `initcontainer-0`, with its place in the list
   */
  readonly name?: string;

  /**
   * Replaces the image's entrypoint.
   * @default - the image's own
   */
  readonly command?: string[];

  /**
   * Replaces the image's arguments.
   * @default - the image's own
   */
  readonly args?: string[];

  /**
   * The folder that it starts in.
   * @default - the image's own
   */
  readonly workingDir?: string;

  /**
   * The TCP port that it listens on, from 1 to 65535: a sidecar has started once it takes connections there.
   * @default - none
   */
  readonly portNumber?: number;

  /**
   * Further ports that it listens on.
   * @default - none
   */
  readonly ports?: ContainerPort[];

  /**
   * Environment variables.
   * @default - none
   */
  readonly envVariables?: { readonly [name: string]: EnvValue };

  /**
   * All variables of ConfigMaps and Secrets. Of two with one name, that of the later source counts, and one in
   * `envVariables` before both.
   * @default - none
   */
  readonly envFrom?: (EnvFrom | IEnvFrom)[];

  /**
   * Volumes, and where they are mounted.
   * @default - none
   */
  readonly volumeMounts?: Mount[];

  /**
   * What it asks for and may use. What is not given comes from the default.
   * @default - cpu 50m to 500m, memory 128 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * When its image is pulled.
   * @default - as `pods.imagePullPolicy` says
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * What shows that a sidecar is ready. While it is not, the pod gets no requests.
   * @default - nothing: it is ready once it has started
   */
  readonly readiness?: Probe | IProbe;

  /**
   * What shows that a sidecar lives. Where it fails, the container is started again.
   * @default - nothing: it lives until its program ends
   */
  readonly liveness?: Probe | IProbe;

  /**
   * What shows that a sidecar has started.
   * @default - connections to its `portNumber`; without one, it has started at once
   */
  readonly startup?: Probe | IProbe;

  /**
   * What a sidecar does when it starts, and before it stops.
   * @default - nothing
   */
  readonly lifecycle?: ContainerHooks;

  /**
   * As which user it runs, and what it may do.
   * @default - as `pods.securityContext` says
   */
  readonly securityContext?: ContainerSecurity;
}

/** What a container does when it starts, and before it stops: a ContainerLifecycle of any cdk8s-plus. */
export interface ContainerHooks {
  /**
   * Done once it is started, at the same time as its entrypoint.
   * @default - nothing
   */
  readonly postStart?: Handler | IHandler;

  /**
   * Done before it gets the stop signal, within the time that the pod may take to end.
   * @default - nothing
   */
  readonly preStop?: Handler | IHandler;
}

/**
 * As which user a container runs, and what it may do: ContainerSecurityContextProps of any cdk8s-plus. What is not
 * given is as `pods.securityContext` says.
 */
export interface ContainerSecurity {
  /**
   * The number of its user.
   * @default - that of the pod
   */
  readonly user?: number;

  /**
   * The number of its group.
   * @default - that of the pod
   */
  readonly group?: number;

  /**
   * Whether its user must be another one than root.
   * @default - as of the pod
   */
  readonly ensureNonRoot?: boolean;

  /**
   * Whether it may do on its node what root may do there, which only the privileged Pod Security Standard allows.
   * @default false
   */
  readonly privileged?: boolean;

  /**
   * Whether it writes to no other folders than those that are mounted.
   * @default - as of the pod
   */
  readonly readOnlyRootFilesystem?: boolean;

  /**
   * Whether a process may get more rights than the one that started it.
   * @default - as of the pod
   */
  readonly allowPrivilegeEscalation?: boolean;

  /**
   * Which capabilities of root it has.
   * @default - as of the pod
   */
  readonly capabilities?: ContainerCapabilities;
}

/** Capabilities of root, as in `NET_BIND_SERVICE`, also as Linux writes them: `CAP_NET_BIND_SERVICE`. */
export interface ContainerCapabilities {
  /**
   * Those that it has.
   * @default - none
   */
  readonly add?: string[];

  /**
   * Those that it has not.
   * @default ['ALL']
   */
  readonly drop?: string[];
}
