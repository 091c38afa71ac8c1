import * as kplus from 'cdk8s-plus-27';

/**
 * As which user the containers of pods run, and what they may do. It replaces an outer one as a whole. Options that
 * are left out are as the restricted Pod Security Standard demands
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/):
 *
 * | option | by default | allowed by the standard |
 * | --- | --- | --- |
 * | `user`, `group`, `fsGroup` | 10001; with a `user`, its number | restricted; `user: 0`, baseline |
 * | `ensureNonRoot` | true | `false`, baseline |
 * | `assignUser` | true | restricted |
 * | `readOnlyRootFilesystem` | true | `false`, restricted |
 * | `capabilities` | none | `NET_BIND_SERVICE`, restricted; those of most containers, baseline; others, privileged |
 * | `allowPrivilegeEscalation` | false | `true`, baseline |
 * | `sysctls` | none | safe ones, restricted; others, privileged |
 *
 * ```ts
 * // the image's own user
 * const postgres: PodOptions = { securityContext: { user: 70 } };
 * // root
 * const old: PodOptions = { securityContext: { user: 0, ensureNonRoot: false } };
 * // on OpenShift
 * Platform.configure(chart, { pods: { securityContext: { assignUser: false } } });
 * ```
 */
export interface PodSecurityContext extends kplus.PodSecurityContextProps {
  /**
   * Whether pods name a `user`, a `group` and an `fsGroup` if none is given. Set it to false on OpenShift, which gives
   * each namespace its own numbers and takes no others. On other clusters the user of the image is then used. It must
   * have a number other than 0, unless `ensureNonRoot` is false.
   * @default true
   */
  readonly assignUser?: boolean;

  /**
   * Whether the containers can write to mounted folders only. With `false`, files that they write elsewhere are lost
   * with the container, and count as ephemeral storage.
   * @default true
   */
  readonly readOnlyRootFilesystem?: boolean;

  /**
   * Capabilities of root that containers have, such as `NET_BIND_SERVICE`. All others are dropped. A user other than
   * root has them only in a program file that carries them (`setcap`), and only with `allowPrivilegeEscalation`.
   * @default - none
   */
  readonly capabilities?: string[];

  /**
   * Whether a process may get more rights than the process that started it, as by `sudo` and files with capabilities.
   * @default false
   */
  readonly allowPrivilegeEscalation?: boolean;
}
