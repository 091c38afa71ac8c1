/** The pods, or the addresses, at the other end of a connection, as a NetworkPolicy writes them. */
export interface PeerSpec {
  readonly podSelector?: LabelSelector;
  /** Without it, pods of the policy's own namespace are meant. */
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string };
}

interface LabelSelector {
  readonly matchLabels?: { readonly [label: string]: string };
}

/**
 * Whoever it is. Not a peer that matches everything: an `ipBlock` of 0.0.0.0/0 leaves pods out on some network
 * plugins.
 */
export type Anywhere = 'anywhere';

/** Where pods connect to. */
export type EgressSpec =
  /** A host as in a URL: the name of a Service (`users`, `users.shop.svc`), any full name, or an address. */
  | {
    readonly kind: 'host';
    readonly host: string;
    readonly port: number;
    /** Whether the name is asked of DNS as it is: nginx and our root know no search domains. */
    readonly inFull?: boolean;
  }
  /** Without ports, all of them. */
  | { readonly kind: 'peer'; readonly peer: PeerSpec | Anywhere; readonly ports: readonly (number | string)[] };

/** Pods with all of the labels, in a namespace by name: none given is the policy's own. */
export function podsPeer(labels: { readonly [label: string]: string }, namespace?: string): PeerSpec {
  return { podSelector: { matchLabels: labels }, ...namespace !== undefined && inNamespace(namespace) };
}

/** All pods of a namespace. */
export function namespacePeer(namespace?: string): PeerSpec {
  return namespace === undefined ? { podSelector: {} } : inNamespace(namespace);
}

/** The API server itself puts this label on every namespace. */
const NAMESPACE = 'kubernetes.io/metadata.name';

function inNamespace(name: string): PeerSpec {
  return { namespaceSelector: { matchLabels: { [NAMESPACE]: name } } };
}

/** A peer in words, its labels as kubectl takes them. */
export function selectionOf(peer: PeerSpec | Anywhere): string {
  if (peer === 'anywhere') return peer;
  const { podSelector, namespaceSelector, ipBlock } = peer;
  if (ipBlock) return `addresses ${ipBlock.cidr}`;
  const labels = Object.entries(podSelector?.matchLabels ?? {}).map((label) => label.join('=')).join(',');
  const namespace = namespaceSelector?.matchLabels?.[NAMESPACE];
  return `${labels ? `pods ${labels}` : 'all pods'} of ${namespace ? `namespace ${namespace}` : 'the same namespace'}`;
}
