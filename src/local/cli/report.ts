import { WriteStream } from 'node:tty';
import { Colors } from 'picocolors/types';
import { PodChanges } from './changes';
import { Screen } from './screen';
import { PodLine, printable, render, RequestLine, requestLine, RouteLine } from './view';

/** What a report reads whenever it shows something. */
export interface Source { pods(): readonly PodLine[]; routes(): readonly RouteLine[] }

/** Tells people what happens in a cluster, on a terminal or in a log. */
export interface Report {
  /** There is a cluster now. */
  attach(source: Source): void;
  /** A step of a longer piece of work: the next one takes its place where lines can be redrawn. */
  progress(text: string): void;
  /** Something may have changed about the pods. */
  changed(): void;
  request(line: RequestLine): void;
  /** Something went wrong that a person should read. */
  note(text: string): void;
  /** Lines that stay. */
  print(lines: readonly string[]): void;
  /**
   * Ends it.
   * @param keep whether the last state stays on the terminal. @default true
   */
  close(keep?: boolean): void;
}

const NOTHING: Source = { pods: () => [], routes: () => [] };
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

  public progress(text: string): void {
    this.step = text;
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

  public note(text: string): void {
    this.notes.push(printable(text));
    this.screen.draw();
  }

  public print(lines: readonly string[]): void {
    this.step = '';
    this.screen.print(lines);
  }

  public close(keep = true): void {
    this.screen.close(keep);
  }

  private state() {
    return { pods: this.source.pods(), routes: this.source.routes(), requests: this.requests, notes: this.notes };
  }
}

/** Prints a line for each thing that happens: for logs, pipes and terminals that cannot redraw. */
export class PlainReport implements Report {
  private source = NOTHING;
  private closed = false;
  private step = '';
  private readonly changes: PodChanges;

  public constructor(private readonly out: NodeJS.WritableStream, title: string, private readonly colors: Colors) {
    this.changes = new PodChanges(colors);
    this.print([title]);
  }

  public attach(source: Source): void {
    this.source = source;
    this.print(source.routes().map(({ name, url }) => `service ${name} ${this.colors.cyan(url)}`));
    this.changed();
  }

  public progress(text: string): void {
    if (text !== this.step) this.print([text]);
    this.step = text;
  }

  public changed(): void {
    if (!this.closed) this.print(this.changes.lines(this.source.pods()));
  }

  public request(line: RequestLine): void {
    this.print([requestLine(line, this.colors)]);
  }

  public note(text: string): void {
    this.print([this.colors.yellow(printable(text))]);
  }

  public print(lines: readonly string[]): void {
    if (lines.length > 0) this.out.write(lines.map((line) => `${line}\n`).join(''));
  }

  public close(): void {
    this.closed = true;
  }
}
