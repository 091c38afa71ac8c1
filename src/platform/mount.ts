import { MountOptions, Volume } from 'cdk8s-plus-27';
import { IVolume } from './plus-objects';

/** A volume, and where it is mounted: a VolumeMount of any cdk8s-plus, or what one has. */
export interface Mount extends MountOptions {
  /** The folder of the container, without a colon, as in `/etc/keys`. */
  readonly path: string;

  /** What is mounted there: a Volume of cdk8s-plus, or a Storage that the backend has. */
  readonly volume: Volume | IVolume;
}
