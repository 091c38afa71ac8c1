import { PodLine, RequestLine, RouteLine } from './view';
import { ClusterEvent } from '../events';
import { PodStatus } from '../pod-handle';

/** What a report reads whenever it shows something. */
export interface Source { pods(): readonly PodStatus[]; routes(): readonly RouteLine[] }

/** What is there when all pods are ready. */
export interface Ready {
  /** How long that took. */
  readonly seconds: number;
  /** Where `cdk8s-metaparticle kill` and the like reach this cluster. */
  readonly socket: string;
}

/** Tells what happens in a cluster: to people, on a terminal or in a log, or to programs. */
export interface Report {
  /** There is a cluster now. */
  attach(source: Source): void;
  /** A step of a longer piece of work: the next one takes its place where lines can be redrawn. */
  progress(event: ClusterEvent): void;
  /** Something may have changed about the pods. */
  changed(): void;
  request(line: RequestLine): void;
  /** Something went wrong that a person should read. */
  note(event: ClusterEvent): void;
  /** All pods are ready. */
  ready(ready: Ready): void;
  /** Lines for people, which stay. */
  print(lines: readonly string[]): void;
  /** Everything ends now, because of this error if there is one. */
  failed(error: Error): void;
  /**
   * Ends it.
   * @param keep whether the last state stays on the terminal. @default true
   */
  close(keep?: boolean): void;
}

/** A report of nothing yet. */
export const NOTHING: Source = { pods: () => [], routes: () => [] };

/** The line for people that says that all pods are ready. */
export function readyLine(pods: readonly PodLine[], { seconds }: Ready): string {
  return `✓ all ${pods.length} pods are ready after ${seconds.toFixed(1)} s`;
}

/** What went wrong, in a line. */
export function noteLine({ pod, message }: ClusterEvent): string {
  return pod ? `pod ${pod}: ${message}` : message;
}
