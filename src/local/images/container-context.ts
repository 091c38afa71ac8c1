import { ContainerSpec } from '../manifests/kube';

/** What is known of a container when it is about to start. */
export interface ContainerContext {
  /** What errors call it: `container web of Deployment shop/web`. */
  readonly title: string;
  readonly spec: ContainerSpec;
  readonly pod: string;
  readonly namespace: string;
  readonly ip: string;
  /** A folder of the container's own. */
  readonly folder: string;
  readonly mounts: readonly (readonly [mountPath: string, local: string])[];
  /** The environment that the manifest declares. */
  readonly env: Record<string, string>;
  /** Where nginx writes a JSON line for each request. */
  readonly accessLog: string;
  /** The DNS server, `host:port`. */
  readonly dns: string;
}
