import { MountOptions, Volume } from 'cdk8s-plus-27';
import { IVolume } from './plus-objects';

/**
 * A volume, and where it is mounted. A VolumeMount of any cdk8s-plus has these properties.
 *
 * ```ts
 * const keys = Volume.fromSecret(chart, 'Keys', secret);
 * Backend.fromImage('ghcr.io/acme/users:1.4.2', {
 *   port: 8080,
 *   volumeMounts: [{ path: '/etc/keys', volume: keys, readOnly: true }],
 * });
 * ```
 */
export interface Mount extends MountOptions {
  /** The folder of the container, without a colon, as in `/etc/keys`. */
  readonly path: string;

  /** The volume: a Volume of cdk8s-plus, or a Storage of the same backend. */
  readonly volume: Volume | IVolume;
}
