import { WriteStream } from 'node:tty';
import { Colors } from 'picocolors/types';
import { noteLine, NOTHING, Ready, readyLine, Report, Source } from './report';
import { Screen } from './screen';
import { printable, render, RequestLine } from './view';
import { ClusterEvent } from '../events';

/** So many requests are kept for the view: more than it shows. */
const KEPT = 20;

/** Redraws the state of the cluster in place. */
export class LiveReport implements Report {
  private source = NOTHING;
  private readonly requests: RequestLine[] = [];
  private readonly notes: string[] = [];
  private step = '';
  private readonly screen: Screen;

  public constructor(out: WriteStream, title: string, private readonly colors: Colors) {
    this.screen = new Screen(out, (rows) => {
      const step = this.step ? [this.colors.dim(`… ${this.step}`)] : [];
      if (this.source === NOTHING) return step;
      return [...step, ...render({ title, ...this.state() }, rows - step.length, colors)];
    });
  }

  public attach(source: Source): void {
    this.source = source;
    this.step = '';
    this.screen.draw();
  }

  public progress({ message }: ClusterEvent): void {
    this.step = message;
    this.screen.draw();
  }

  public changed(): void {
    this.screen.draw();
  }

  public request(line: RequestLine): void {
    this.requests.push(line);
    if (this.requests.length > KEPT) this.requests.shift();
    this.screen.draw();
  }

  public note(event: ClusterEvent): void {
    this.notes.push(printable(noteLine(event)));
    this.screen.draw();
  }

  public ready(ready: Ready): void {
    this.print([this.colors.green(readyLine(this.source.pods(), ready)), '']);
  }

  public print(lines: readonly string[]): void {
    this.step = '';
    this.screen.print(lines);
  }

  public failed(): void {
    // The error is printed below it.
  }

  public close(keep = true): void {
    this.screen.close(keep);
  }

  private state() {
    return { pods: this.source.pods(), routes: this.source.routes(), requests: this.requests, notes: this.notes };
  }
}
