import { Colors } from 'picocolors/types';
import { PodChange, PodChanges } from './changes';
import { noteLine, NOTHING, Ready, readyLine, Report, Source } from './report';
import { printable, RequestLine, requestLine, serviceName } from './view';
import { ClusterEvent } from '../events';

/** Prints a line for each thing that happens: for logs, pipes and terminals that cannot redraw. */
export class PlainReport implements Report {
  private source = NOTHING;
  private closed = false;
  private step = '';
  private readonly changes = new PodChanges();

  /** @param brief whether, once all is ready, only what goes wrong is told. */
  public constructor(
    private readonly out: NodeJS.WritableStream, title: string, private readonly colors: Colors,
    private readonly brief: boolean,
  ) {
    this.print([title]);
  }

  public attach(source: Source): void {
    this.source = source;
    this.print(source.routes().map((route) => `service ${serviceName(route)} ${this.colors.cyan(route.url)}`));
    this.changed();
  }

  public progress({ message }: ClusterEvent): void {
    if (message !== this.step) this.print([message]);
    this.step = message;
  }

  public changed(): void {
    if (!this.closed) this.print(this.changes.since(this.source.pods()).map((change) => this.changeLine(change)));
  }

  public request(line: RequestLine): void {
    if (!this.closed) this.print([requestLine(line, this.colors)]);
  }

  public note(event: ClusterEvent): void {
    this.print([this.colors.yellow(printable(noteLine(event)))]);
  }

  public ready(ready: Ready): void {
    this.print([this.colors.green(readyLine(this.source.pods(), ready)), '']);
    if (this.brief) this.close();
  }

  public print(lines: readonly string[]): void {
    if (lines.length > 0) this.out.write(lines.map((line) => `${line}\n`).join(''));
  }

  public failed(): void {
    // The error is printed below it.
  }

  public close(): void {
    this.closed = true;
  }

  private changeLine({ pod, state, restarted }: PodChange): string {
    const { yellow, green } = this.colors;
    if (state === 'gone') return `pod ${pod.name} ${yellow(state)}`;
    const count = restarted ? `, restarted ${pod.restarts === 1 ? 'once' : `${pod.restarts} times`}` : '';
    return `pod ${pod.name} of ${pod.group} at ${pod.ip} ${(pod.ready ? green : yellow)(state)}${count}`;
  }
}
