import { ContainerPort, ContainerResources, EnvFrom, EnvValue, Handler, ImagePullPolicy, Probe } from 'cdk8s-plus-27';
import { Mount } from './mount';
import { IEnvFrom, IHandler, IProbe } from './plus-objects';

/**
 * A container beside the one that takes requests. ContainerProps of any cdk8s-plus have these properties. Options that
 * are left out are as in our own pods.
 */
export interface AdditionalContainer {
  /** The image reference, with a tag or digest. */
  readonly image: string;

  /**
   * The name, a DNS label that no other container of the pod has.
   * @default - `sidecar-0` or `initcontainer-0`, with the container's place in the list
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
   * The working directory.
   * @default - the image's own
   */
  readonly workingDir?: string;

  /**
   * The TCP port that it listens on, from 1 to 65535. A sidecar has started once it takes connections there.
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
   * ConfigMaps and Secrets whose keys all become variables. If two have the same name, the later source wins, and
   * `envVariables` win over both.
   * @default - none
   */
  readonly envFrom?: (EnvFrom | IEnvFrom)[];

  /**
   * Volumes, and where they are mounted.
   * @default - none
   */
  readonly volumeMounts?: Mount[];

  /**
   * Requests and limits. Each one that is left out has its default.
   * @default - cpu 50m to 500m, memory 128 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;

  /**
   * When its image is pulled.
   * @default - as `pods.imagePullPolicy` says
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * The readiness probe of a sidecar. While it fails, the pod gets no requests.
   * @default - none: the sidecar is ready once it has started
   */
  readonly readiness?: Probe | IProbe;

  /**
   * The liveness probe of a sidecar. If it fails, the container is restarted.
   * @default - none: it is restarted only when its program ends
   */
  readonly liveness?: Probe | IProbe;

  /**
   * The startup probe of a sidecar.
   * @default - a connection to its `portNumber`; without one, it has started at once
   */
  readonly startup?: Probe | IProbe;

  /**
   * Hooks that a sidecar runs when it starts, and before it stops.
   * @default - nothing
   */
  readonly lifecycle?: ContainerHooks;

  /**
   * As which user it runs, and what it may do.
   * @default - as `pods.securityContext` says
   */
  readonly securityContext?: ContainerSecurity;
}

/**
 * Hooks that a container runs when it starts, and before it stops. A ContainerLifecycle of any cdk8s-plus has them.
 */
export interface ContainerHooks {
  /**
   * Runs once the container is started, at the same time as its entrypoint.
   * @default - nothing
   */
  readonly postStart?: Handler | IHandler;

  /**
   * Runs before the container gets the stop signal, within the time that the pod may take to end.
   * @default - nothing
   */
  readonly preStop?: Handler | IHandler;
}

/**
 * As which user a container runs, and what it may do. ContainerSecurityContextProps of any cdk8s-plus have these
 * properties. Options that are left out are as in `pods.securityContext`.
 */
export interface ContainerSecurity {
  /**
   * The number of the user.
   * @default - that of the pod
   */
  readonly user?: number;

  /**
   * The number of the group.
   * @default - that of the pod
   */
  readonly group?: number;

  /**
   * Whether the user must not be root.
   * @default - as of the pod
   */
  readonly ensureNonRoot?: boolean;

  /**
   * Whether it has the rights of root on its node, which only the privileged Pod Security Standard allows.
   * @default false
   */
  readonly privileged?: boolean;

  /**
   * Whether it can write to mounted folders only.
   * @default - as of the pod
   */
  readonly readOnlyRootFilesystem?: boolean;

  /**
   * Whether a process may get more rights than the process that started it.
   * @default - as of the pod
   */
  readonly allowPrivilegeEscalation?: boolean;

  /**
   * The capabilities of root that it has.
   * @default - as of the pod
   */
  readonly capabilities?: ContainerCapabilities;
}

/** Capabilities of root, such as `NET_BIND_SERVICE`, or as Linux writes it, `CAP_NET_BIND_SERVICE`. */
export interface ContainerCapabilities {
  /**
   * Capabilities that it has.
   * @default - none
   */
  readonly add?: string[];

  /**
   * Capabilities that it does not have.
   * @default ['ALL']
   */
  readonly drop?: string[];
}
