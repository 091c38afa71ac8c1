import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { START, wholeSeconds } from './pod-times';
import { refuse } from '../checks/errors';
import { checkWhole, LARGEST } from '../checks/numbers';
import type { IProbe } from '../platform/plus-objects';

/** Where a probe asks. */
export interface HttpCheck {
  /** The name of a port. */
  readonly port: string;
  readonly path: string;
}

/** The number of a port where the gRPC health checking protocol is answered. */
export interface GrpcCheck {
  readonly grpc: number;
}

/** What is run in the container. */
export interface ExecCheck {
  /** It ends with 0. */
  readonly command: string[];
}

/** What shows that a program is alive. */
export interface LivenessCheck extends HttpCheck {
  /** Seconds for which a program may be too busy to answer; half a minute at least. */
  readonly patience: number;
}

/** Probes of the user's own, in place of ours. */
export interface OwnProbes {
  readonly readiness?: IProbe;
  readonly liveness?: IProbe;
  readonly startup?: IProbe;
  /** How long a program may take to start. */
  readonly startupTime?: Duration;
}

/** What is probed. */
export interface Probed {
  /** Port numbers by name; the first takes requests. */
  readonly ports: { readonly [name: string]: number };
  /** Ready once this answers 200–399, or that it serves, or once this ends with 0. */
  readonly readiness: HttpCheck | GrpcCheck | ExecCheck;
  /** Alive while this answers; without it, while the first port takes connections. */
  readonly liveness?: LivenessCheck;
  readonly own?: OwnProbes;
}

/** The probes of a container. */
export function renderProbes(scope: IConstruct, { ports, readiness, liveness, own = {} }: Probed): object {
  const [[main, port]] = Object.entries(ports);
  const rendered = (property: string, probe: IProbe | undefined): Probe | undefined => (
    probe && ownProbe(scope, property, probe, ports, port)
  );
  const ready = rendered('readiness', own.readiness);
  const start = startSeconds(scope, own);
  const { timeoutSeconds } = ready ?? patient(readiness);
  return {
    startupProbe: rendered('startup', own.startup)
      ?? startingProbe(ready ? actionOf(ready) : asking(readiness), start, timeoutSeconds),
    readinessProbe: ready ?? { ...asking(readiness), ...patient(readiness) },
    // Another handler than readiness, and half a minute: a busy program must lose requests to others before it loses
    // its life.
    livenessProbe: rendered('liveness', own.liveness)
      ?? (liveness ? answers(liveness) : {
        tcpSocket: { port: main },
        periodSeconds: 10,
        timeoutSeconds: 1,
        failureThreshold: 3,
      }),
  };
}

function asking(check: HttpCheck | GrpcCheck | ExecCheck): object {
  if ('command' in check) return { exec: check };
  return 'grpc' in check ? { grpc: { port: check.grpc } } : { httpGet: check };
}

/** How often readiness is asked for, and what counts as a failure. */
function patient(check: HttpCheck | GrpcCheck | ExecCheck) {
  // To start a program takes a busy node longer than to ask one.
  if ('command' in check) return { periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 };
  // Out of its Services after four seconds; one slow answer puts none out.
  return { periodSeconds: 2, timeoutSeconds: 1, failureThreshold: 2 };
}

/**
 * What waits for a start. Slow starters get a minute; the others are ready within a second of listening. One second
 * for an answer: it is asked on the pod's own node.
 */
export function startingProbe(action: object, seconds = START, timeoutSeconds = 1): object {
  return { ...action, periodSeconds: 1, timeoutSeconds, failureThreshold: seconds };
}

/** How many seconds a program may take to start. */
export function startSeconds(scope: IConstruct, { startup, startupTime }: OwnProbes): number {
  if (startup && startupTime) {
    refuse(scope, 'startup and startupTime are both given: the startup probe says how long a start may take');
  }
  if (startupTime) return wholeSeconds(scope, 'startupTime', startupTime);
  return startup ? Math.max(START, patienceOf(startup)) : START;
}

/** How many seconds a probe gives; what it does not say is as Kubernetes has it. */
function patienceOf(probe: IProbe): number {
  const { initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 } = probe._toKube(probed(1));
  return initialDelaySeconds + periodSeconds * failureThreshold;
}

/** A container as cdk8s-plus must have one to render a probe. */
function probed(portNumber: number): kplus.Container {
  return new kplus.Container({ image: 'probed', portNumber });
}

interface Probe {
  readonly [action: string]: any;
  readonly timeoutSeconds?: number;
}

const ACTIONS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

function actionOf(probe: Probe): object {
  return Object.fromEntries(ACTIONS.filter((action) => probe[action]).map((action) => [action, probe[action]]));
}

/** The least that Kubernetes takes of each number of a probe. */
const LEAST = {
  initialDelaySeconds: 0,
  periodSeconds: 1,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 1,
};

/** As cdk8s-plus renders it for a container with that port. */
function ownProbe(
  scope: IConstruct,
  property: string,
  probe: IProbe,
  ports: { readonly [name: string]: number },
  portNumber: number,
): Probe {
  const rendered = kplus.k8s.toJson_Probe(probe._toKube(probed(portNumber)))!;
  for (const action of ACTIONS) {
    const { port, host } = rendered[action] ?? {};
    if (port === undefined || host !== undefined || Object.values(ports).includes(port)) continue;
    refuse(scope, `${property} asks port ${port}, which the container does not have: `
      + `it has ${Object.values(ports).join(' and ')}; name one of them, or add it to ports`);
  }
  for (const [number, least] of Object.entries(LEAST)) {
    if (rendered[number] !== undefined) checkWhole(scope, `${property}.${number}`, rendered[number], least, LARGEST);
  }
  if (property !== 'readiness' && (rendered.successThreshold ?? 1) !== 1) {
    refuse(scope, `${property} has successThreshold ${rendered.successThreshold}: Kubernetes takes only 1 there; `
      + 'leave it out');
  }
  return rendered;
}

/**
 * Kills a program that hangs and spares one that is busy: three looks in a row must each wait their time-out in vain,
 * so a pause that is shorter than two periods and a time-out is survived wherever it falls, and pauses below 5 s
 * (garbage, a throttled CPU) never count.
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
