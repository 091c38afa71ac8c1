import type { BackendAddress } from '../backends/backend-interface';
import type { GroupTraffic } from '../manifests/group';
import type { Egress } from '../platform/egress';
import { Peer } from '../platform/peer';

/** Who may connect to a router or root, and where it connects to. */
export function trafficInFront(
  targets: readonly { readonly address: BackendAddress }[],
  clients: readonly Peer[] = [Peer.anywhere()],
  further: readonly Egress[] = [],
): GroupTraffic {
  return {
    clients: clients.map(({ _spec }) => _spec),
    egress: [...targets.flatMap(({ address: { host, port, podsHost, podsPort = port } }) => [
      { kind: 'host', host, port, inFull: true } as const,
      ...podsHost === undefined || podsHost === host && podsPort === port ? [] : [{
        kind: 'host',
        host: podsHost,
        port: podsPort,
        inFull: true,
      } as const],
    ]), ...further.map(({ _spec }) => _spec)],
  };
}
