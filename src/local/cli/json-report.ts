import { Writable } from 'node:stream';
import { PodChanges } from './changes';
import { JsonLines } from './json-lines';
import { NOTHING, Ready, Report, Source } from './report';
import { RequestLine } from './view';
import { ClusterEvent } from '../events';
import { PodStatus } from '../pod-handle';

/** Writes a JSON object in a line for each thing that happens: for programs. */
export class JsonReport implements Report {
  private source = NOTHING;
  private closed = false;
  private readonly lines: JsonLines;
  private readonly changes = new PodChanges<PodStatus>();

  public constructor(out: Writable) {
    this.lines = new JsonLines(out);
  }

  public attach(source: Source): void {
    this.source = source;
    this.changed();
  }

  public progress(event: ClusterEvent): void {
    this.note(event);
  }

  public changed(): void {
    if (this.closed) return;
    for (const { pod, state } of this.changes.since(this.source.pods())) this.tell('pod', { state, ...pod });
  }

  public request(line: RequestLine): void {
    this.tell('request', line);
  }

  public note({ type, ...event }: ClusterEvent): void {
    this.tell(type, event);
  }

  public ready({ seconds, socket }: Ready): void {
    this.tell('ready', { seconds, socket, services: this.source.routes(), pods: this.source.pods() });
  }

  public print(): void {
    // Lines are for people.
  }

  public failed({ message }: Error): void {
    this.tell('error', { message });
  }

  public close(): void {
    this.closed = true;
  }

  private tell(event: string, fields: object): void {
    this.lines.write({ event, time: new Date(), ...fields });
  }
}
