import { volumeName } from './names';
import type { PodSpec } from './pod';
import type { PodParts } from './pod-options';
import { quantity, renderResources } from './resources';

/** Where a probe asks. */
export interface HttpCheck {
  /** The name of a port. */
  readonly port: string;
  readonly path: string;
}

/** What shows that a program is alive. */
export interface LivenessCheck extends HttpCheck {
  /** Seconds for which a program may be too busy to answer; half a minute at least. */
  readonly patience: number;
}

/** The container that takes requests. */
export function renderContainer(name: string, pod: PodSpec, parts: PodParts): object {
  const main = Object.keys(pod.ports)[0];
  return {
    name,
    image: pod.image,
    command: pod.command,
    args: pod.args,
    env: Object.entries(pod.env).map(([key, { value, valueFrom }]) => ({ name: key, value, valueFrom })),
    ports: Object.entries(pod.ports).map(([port, containerPort]) => ({ name: port, containerPort, protocol: 'TCP' })),
    resources: renderResources(pod.resources),
    // Slow starters get a minute; the others are ready within a second of listening. One second for an answer: it is asked on the pod's own node.
    startupProbe: { httpGet: pod.readiness, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
    // Out of its Services after four seconds; one slow answer puts none out.
    readinessProbe: { httpGet: pod.readiness, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 2 },
    // Another handler than readiness, and half a minute: a busy program must lose requests to others before it loses its life.
    livenessProbe: pod.liveness ? answers(pod.liveness) : { tcpSocket: { port: main }, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 },
    volumeMounts: renderMounts(pod),
    ...parts.containers,
    ...parts.container,
  };
}

function renderMounts({ files, writable }: PodSpec): object[] {
  return [
    ...Object.keys(files).map((mountPath) => ({ name: volumeName(mountPath), mountPath, readOnly: true })),
    ...Object.keys(writable).map((mountPath) => ({ name: volumeName(mountPath), mountPath })),
  ];
}

/** The volumes of all that a container mounts. */
export function renderVolumes({ files, writable }: PodSpec): object[] {
  return [
    ...Object.entries(files).map(([mountPath, { configMap }]) => ({ name: volumeName(mountPath), configMap: { name: configMap } })),
    ...Object.entries(writable).map(([mountPath, size]) => (
      { name: volumeName(mountPath), emptyDir: { sizeLimit: quantity(size) } }
    )),
  ];
}

/**
 * Kills a program that hangs and spares one that is busy: three looks in a row must each wait their time-out in vain, so a pause that is
 * shorter than two periods and a time-out is survived wherever it falls, and pauses below 5 s (garbage, a throttled CPU) never count.
 */
function answers({ port, path, patience }: LivenessCheck): object {
  const timeoutSeconds = 5;
  return {
    httpGet: { port, path },
    periodSeconds: Math.max(10, Math.ceil((patience - timeoutSeconds) / 2)),
    timeoutSeconds,
    failureThreshold: 3,
    // A program that hangs hears no stop signal: waiting for it to drain would only make the failure longer.
    terminationGracePeriodSeconds: 1,
  };
}
