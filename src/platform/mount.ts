import { MountOptions, Volume } from 'cdk8s-plus-27';
import { IVolume } from './plus-objects';

/** A volume, and where it is mounted. A VolumeMount of any cdk8s-plus has these properties. */
export interface Mount extends MountOptions {
  /** The folder of the container, without a colon, as in `/etc/keys`. */
  readonly path: string;

  /** The volume: a Volume of cdk8s-plus, or a Storage of the same backend. */
  readonly volume: Volume | IVolume;
}
