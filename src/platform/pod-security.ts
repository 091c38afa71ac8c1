import * as kplus from 'cdk8s-plus-27';

/**
 * As which user the containers of pods run, and what they may do. It takes the place of an outer one as a whole. What
 * is not given is as the restricted Pod Security Standard asks
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/):
 *
 * | option | by default | allowed by the standard |
 * | --- | --- | --- |
 * | `user`, `group`, `fsGroup` | 10001; of a `user`, its number | restricted; `user: 0`, baseline |
 * | `ensureNonRoot` | true | `false`, baseline |
 * | `assignUser` | true | restricted |
 * | `readOnlyRootFilesystem` | true | `false`, restricted |
 * | `capabilities` | none | `NET_BIND_SERVICE`, restricted; those of most containers, baseline; others, privileged |
 * | `allowPrivilegeEscalation` | false | `true`, baseline |
 * | `sysctls` | none | safe ones, restricted; others, privileged |
 *
 * ```ts
 * const postgres = { securityContext: { user: 70 } };                                  // the image's own user
 * const old = { securityContext: { user: 0, ensureNonRoot: false } };                  // root
 * Platform.configure(chart, { pods: { securityContext: { assignUser: false } } });     // on OpenShift
 * ```
 */
export interface PodSecurityContext extends kplus.PodSecurityContextProps {
  /**
   * Whether pods name a `user`, a `group` and an `fsGroup` where none is given. OpenShift gives each namespace numbers
   * of its own, and takes no others. On other clusters the image's user is then used, which must have a number other
   * than 0, unless `ensureNonRoot` is false.
   * @default true
   */
  readonly assignUser?: boolean;

  /**
   * Whether the containers write to no other folders than those that are mounted. With `false`, what they write
   * elsewhere is gone with the container, and counts as ephemeral storage.
   * @default true
   */
  readonly readOnlyRootFilesystem?: boolean;

  /**
   * Capabilities that containers have of those of root, as in `NET_BIND_SERVICE`. All others are dropped. They are
   * root's: another user has them only in a program file that carries them (`setcap`), and only with
   * `allowPrivilegeEscalation`.
   * @default - none
   */
  readonly capabilities?: string[];

  /**
   * Whether a process may get more rights than the one that started it, as by `sudo` and files with capabilities.
   * @default false
   */
  readonly allowPrivilegeEscalation?: boolean;
}
