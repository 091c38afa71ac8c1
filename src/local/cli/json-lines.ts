import { Writable } from 'node:stream';

/** So much waits for a reader at most, in bytes: one that has stopped reading would else fill the memory. */
const MOST_WAITING = 8 * 1024 * 1024;

/** So long may a text be, in characters: a log line of a pod may have any length. */
const LONGEST = 16 * 1024;

/**
 * A value as a line of JSON that every language reads: in ASCII, since some decode their input as something other
 * than UTF-8 and take U+2028 for the end of a line.
 */
export function jsonLine(value: object): string {
  const json = JSON.stringify(value, (_, each) => typeof each === 'string' ? shortened(each) : each);
  return `${json.replace(/[\x7f-\uffff]/g, escaped)}\n`;
}

/** Writes values as lines of JSON, and leaves some out while nobody reads. */
export class JsonLines {
  private dropped = 0;

  public constructor(private readonly out: Writable) {}

  public write(value: object): void {
    if (this.out.writableLength > MOST_WAITING) {
      this.dropped++;
      return;
    }
    if (this.dropped > 0) this.out.write(jsonLine({ event: 'dropped', count: this.dropped }));
    this.dropped = 0;
    this.out.write(jsonLine(value));
  }
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
