import { ContainerSpec, Hook, portOf, Probe } from './kube';

/** Refuses probes and hooks that have nothing to do, or ask a port that is not there. */
export function refuseActions(title: string, container: ContainerSpec): void {
  const { startupProbe, readinessProbe, livenessProbe, lifecycle } = container;
  for (const [property, action] of Object.entries({ startupProbe, readinessProbe, livenessProbe })) {
    if (action) refuseProbe(`${title}: ${property}`, action, container);
  }
  for (const [property, action] of Object.entries({ postStart: lifecycle?.postStart, preStop: lifecycle?.preStop })) {
    if (action) refuseHook(`${title}: ${property}`, action, container);
  }
}

function refuseProbe(title: string, probe: Probe, container: ContainerSpec): void {
  if (!probe.httpGet && !probe.tcpSocket && !probe.exec && !probe.grpc) {
    throw new Error(`${title} says nothing to do: give httpGet, tcpSocket, exec or grpc`);
  }
  if (probe.grpc && !probe.grpc.port) throw new Error(`${title}: grpc names no port: give its number`);
  refusePort(title, probe, container);
}

function refuseHook(title: string, hook: Hook, container: ContainerSpec): void {
  if (!hook.httpGet && !hook.tcpSocket && !hook.exec && !hook.sleep) {
    throw new Error(`${title} says nothing to do: give httpGet, exec or sleep`);
  }
  refusePort(title, hook, container);
}

/** As with a kubelet, a name means a port of the container itself. */
function refusePort(title: string, { httpGet, tcpSocket }: Hook, container: ContainerSpec): void {
  const port = (httpGet ?? tcpSocket)?.port;
  if (port !== undefined && portOf([container], port) === undefined) {
    throw new Error(`${title} asks port ${port}, which its container does not declare: give it a name under ports, `
      + 'or use its number');
  }
}
