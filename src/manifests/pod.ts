import { ContainerResources, EnvValue } from 'cdk8s-plus-27';
import { Files } from './files';
import { GroupLabels, selectorOf } from './labels';
import { volumeName } from './names';
import { quantity, renderResources } from './resources';
import { Writable } from './writable';
import { PodOptions } from '../platform/pod-options';

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

/** A pod in our words; what hardening and probes it gets is decided here and nowhere else. */
export interface PodSpec {
  readonly image: string;
  readonly command?: string[];
  readonly args?: string[];
  readonly env: { readonly [name: string]: EnvValue };
  /** Port numbers by name; the first takes requests. */
  readonly ports: { readonly [name: string]: number };
  /** Ready once this answers 200–399. */
  readonly readiness: HttpCheck;
  /** Alive while this answers. Without it a pod is alive while its first port takes connections, as it does even when its program hangs. */
  readonly liveness?: LivenessCheck;
  readonly resources: ContainerResources;
  /** Read-only files by mount path. */
  readonly files: { readonly [mountPath: string]: Files };
  /** Writable folders, each an `emptyDir`: its size limit by mount path. */
  readonly writable: Writable;
  /** Seconds between the stop signal and SIGKILL: what open requests may still take, and a little for the end itself. */
  readonly stop: number;
}

/** Any number from 10000 up is no user of a node's own; the images' own ids below that may be. */
const USER = 10001;

/**
 * Seconds. kube-proxy knows within one that a pod is leaving, and routers ask DNS every five; what they still send to it then, a stopping
 * program of ours refuses in a way that costs no request. Whoever hears of it later, as the load balancers of some clouds do, needs more.
 */
const DRAIN = 5;

/** The `spec` of a pod under the restricted Pod Security Standard. */
export function renderPod(name: string, labels: GroupLabels, pod: PodSpec, options: PodOptions): object {
  const main = Object.keys(pod.ports)[0];
  const drain = options.drain?.toSeconds() ?? DRAIN;
  return {
    ...renderOptions(options),
    // One of its own for each group, so that rights which are given to one are given to no other.
    serviceAccountName: name,
    // On the account alone it is not enough: a pod may ask again.
    automountServiceAccountToken: false,
    // The variables of every Service in the namespace: never read here, and they can clash with ours.
    enableServiceLinks: false,
    // Counted from the start of the preStop hook.
    terminationGracePeriodSeconds: drain + pod.stop,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: USER,
      runAsGroup: USER,
      // So that the program may write to its emptyDirs.
      fsGroup: USER,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    // Replicas on different nodes, in different zones: preferred only, because two on one node are better than one that waits for a node.
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{
          weight: 100,
          podAffinityTerm: { labelSelector: { matchLabels: selectorOf(labels) }, topologyKey: 'kubernetes.io/hostname' },
        }],
      },
    },
    topologySpreadConstraints: [{
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: selectorOf(labels) },
    }],
    containers: [{
      name: labels.role,
      image: pod.image,
      // A registry that is down must not stop a restart.
      imagePullPolicy: 'IfNotPresent',
      command: pod.command,
      args: pod.args,
      env: Object.entries(pod.env).map(([key, { value, valueFrom }]) => ({ name: key, value, valueFrom })),
      ports: Object.entries(pod.ports).map(([port, containerPort]) => ({ name: port, containerPort, protocol: 'TCP' })),
      resources: renderResources(pod.resources),
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
      // Slow starters get a minute; the others are ready within a second of listening. One second for an answer: it is asked on the pod's own node.
      startupProbe: { httpGet: pod.readiness, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 60 },
      // Out of its Services after four seconds; one slow answer puts none out.
      readinessProbe: { httpGet: pod.readiness, periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 2 },
      // Another handler than readiness, and half a minute: a busy program must lose requests to others before it loses its life.
      livenessProbe: pod.liveness ? answers(pod.liveness) : { tcpSocket: { port: main }, periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 },
      // The kubelet's own sleep (Kubernetes ≥ 1.30) needs no shell in the image.
      lifecycle: { preStop: { sleep: { seconds: drain } } },
      volumeMounts: [
        ...Object.keys(pod.files).map((mountPath) => ({ name: volumeName(mountPath), mountPath, readOnly: true })),
        ...Object.keys(pod.writable).map((mountPath) => ({ name: volumeName(mountPath), mountPath })),
      ],
    }],
    volumes: [
      ...Object.entries(pod.files).map(([mountPath, { configMap }]) => ({ name: volumeName(mountPath), configMap: { name: configMap } })),
      ...Object.entries(pod.writable).map(([mountPath, size]) => ({ name: volumeName(mountPath), emptyDir: { sizeLimit: quantity(size) } })),
    ],
  };
}

function renderOptions({ imagePullSecrets, priorityClassName, nodeSelector, tolerations }: PodOptions): object {
  return { imagePullSecrets: imagePullSecrets?.map((secret) => ({ name: secret })), priorityClassName, nodeSelector, tolerations };
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
