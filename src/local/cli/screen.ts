import { WriteStream } from 'node:tty';
import { crop } from './view';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_BELOW = '\x1b[J';
const CLEAR_LINE_END = '\x1b[K';
const CLEAR_ALL = '\x1b[2J\x1b[H';
/** Milliseconds between two pictures: a thousand requests a second are not a thousand pictures. */
const PAUSE = 100;

/** Redraws some lines at the end of a terminal in place. What was printed before stays above. */
export class Screen {
  private height = 0;
  private timer?: NodeJS.Timeout;
  private closed = false;
  private readonly onResize: () => void;

  /** @param picture the lines to show, at most so many. */
  public constructor(
    private readonly out: WriteStream, private readonly picture: (rows: number) => readonly string[],
  ) {
    this.onResize = () => this.redrawAll();
    out.write(HIDE_CURSOR);
    out.on('resize', this.onResize);
    this.drawNow();
  }

  /** Draws soon. */
  public draw(): void {
    if (this.closed) return;
    this.timer ??= setTimeout(() => this.drawNow(), PAUSE);
  }

  /** Prints lines that stay, above the picture. */
  public print(lines: readonly string[]): void {
    this.out.write(this.toTop() + CLEAR_BELOW + lines.map((line) => `${line}\n`).join(''));
    this.height = 0;
    this.drawNow();
  }

  /** Ends it: the last picture stays, or nothing of it, and the cursor is back. */
  public close(keep = true): void {
    if (this.closed) return;
    if (keep) this.drawNow();
    else this.out.write(this.toTop() + CLEAR_BELOW);
    this.closed = true;
    clearTimeout(this.timer);
    this.out.off('resize', this.onResize);
    this.out.write(SHOW_CURSOR);
  }

  private redrawAll(): void {
    // The terminal has broken the lines anew: where they began is not known any more.
    this.height = 0;
    this.out.write(CLEAR_ALL);
    this.drawNow();
  }

  private drawNow(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.closed) return;
    // One row stays free for the cursor; a picture as high as the terminal would scroll.
    const columns = this.out.columns || 80;
    const lines = this.picture((this.out.rows || 24) - 1).map((line) => crop(line, columns) + CLEAR_LINE_END);
    this.out.write(this.toTop() + lines.map((line) => `${line}\n`).join('') + CLEAR_BELOW);
    this.height = lines.length;
  }

  private toTop(): string {
    return this.height ? `\x1b[${this.height}A\r` : '\r';
  }
}
