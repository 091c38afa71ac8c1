import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the preload must know of the pod it is in. */
export interface LocalPod {
  /** The DNS server, `host:port`. */
  readonly server: string;
  readonly namespace: string;
  /** The pod's own. */
  readonly address: string;
  /** Names that it knows without DNS. */
  readonly hostAliases: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[];
}

/**
 * Reads what the local cluster has written beside the preload. Not from the environment: a program may start another
 * Node with one of its own making, and may show its own to whoever asks.
 */
export function readPod(folder: string): LocalPod {
  return JSON.parse(readFileSync(join(folder, 'pod.json'), 'utf8'));
}
