import { ContainerSpec, HostAlias } from '../manifests/kube';

/** What stands for a mount: a folder or a file of this machine. */
export type Mount = readonly [mountPath: string, local: string, readOnly: boolean];

/** What is known of a container when it is about to start. */
export interface ContainerContext {
  /** What errors call it: `container web of Deployment shop/web`. */
  readonly title: string;
  readonly spec: ContainerSpec;
  /** What no other container of this machine is called, whatever cluster it is in. */
  readonly id: string;
  /** What it calls the machine it is on: its pod. */
  readonly hostname: string;
  /** The pod's name in DNS, where it has one: it knows that before it is ready, and others do not. */
  readonly fullName?: string;
  readonly namespace: string;
  readonly ip: string;
  /** A folder of the container's own. */
  readonly folder: string;
  readonly mounts: readonly Mount[];
  /** Names that it knows without DNS. */
  readonly hostAliases: readonly HostAlias[];
  /** The environment that the manifest declares. */
  readonly env: Record<string, string>;
  /** Where nginx writes a JSON line for each request. */
  readonly accessLog: string;
  /** Whether a module that it is given imports node:sqlite. */
  readonly sqlite: boolean;
  /** The DNS server, `host:port`. */
  readonly dns: string;
}
