/** An answer that breaks HTTP's rules or our limits: its leaf has failed, and its connection is in no state to go on. */
export class BadAnswer extends Error {}

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** As it came, without the empty line at its end. Most of it is never asked for: `fieldsOf` takes it apart. */
  readonly head: string;
  readonly contentType?: string;
  readonly contentEncoding?: string;
}

/** Bytes of all heads and trailers of an answer, and of a line between chunks. */
const MAX_HEAD = 65_536;
const MAX_LINE = 4_096;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A whole head: status line, then names and values. To check all lines at once takes a third of the time of one after the other. */
const HEAD = /^HTTP\/1\.[01] [1-5]\d\d(?: [^\0\r\n]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\0\r\n]*)*$/;
/** What we need to know of a head. */
const NEEDED = /\r\n(content-length|transfer-encoding|connection|content-type|content-encoding):([^\r]*)/gi;
/** A lone line break, where some would begin another header, or a zero, where some would stop. */
const MISLEADING = /\0|\r(?!\n)|(?<!\r)\n/;
const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: .*)?$/;
const NONE = Buffer.alloc(0);

/** What comes next. */
enum Part { Head, Sized, ChunkSize, Chunk, ChunkEnd, Trailers, UntilClose, Done }

/**
 * Reads one answer (RFC 9112) from the pieces that arrive. Strict: whatever could be read in two ways is refused, because one side would
 * take the rest of this answer for the start of the next.
 */
export class AnswerParser {
  /** Whether the connection can take another request when this one is done. */
  public keepAlive = false;
  private part = Part.Head;
  /** The start of a head or line that has not arrived whole. */
  private pending: Buffer = NONE;
  private headBytes = 0;
  private head!: AnswerHead;
  private body: Buffer[] = [];
  private bodyBytes = 0;
  /** Bytes to come: of the body, or of its chunk. */
  private left = 0;

  /**
   * @param limit bytes that a body may have
   * @param hold asked for each piece of a body whether it can be kept; throws a BadAnswer where it cannot
   */
  constructor(private readonly limit: number, private readonly hold: (bytes: number) => void) {}

  public get done(): boolean {
    return this.part === Part.Done;
  }

  /** Whether nothing of the answer has arrived. */
  public get untouched(): boolean {
    return this.part === Part.Head && this.headBytes === 0 && this.pending.length === 0;
  }

  /** The answer, once it is done. */
  public get answer(): AnswerHead & { readonly bytes: Buffer } {
    const { body, head: { status, head, contentType, contentEncoding } } = this;
    return { status, head, contentType, contentEncoding, bytes: body.length === 1 ? body[0] : Buffer.concat(body) };
  }

  /**
   * Takes what has arrived; the memory may be used again afterwards. Throws a BadAnswer.
   * @returns whether there was more than the answer
   */
  public push(piece: Buffer): boolean {
    let at = 0;
    while (at < piece.length) {
      switch (this.part) {
        case Part.Head: at = this.takeHead(piece, at); break;
        case Part.Sized: at = this.takeBody(piece, at, Part.Done); break;
        case Part.Chunk: at = this.takeBody(piece, at, Part.ChunkEnd); break;
        case Part.ChunkSize:
        case Part.ChunkEnd:
        case Part.Trailers: at = this.takeLine(piece, at); break;
        case Part.UntilClose:
          this.left = piece.length - at;
          at = this.takeBody(piece, at, Part.UntilClose);
          break;
        case Part.Done: return true;
      }
    }
    return false;
  }

  /** The other side has closed. Throws a BadAnswer unless that is how this answer ends. */
  public end(): void {
    if (this.part === Part.UntilClose) this.part = Part.Done;
    if (!this.done) throw new BadAnswer(this.untouched ? 'it closed the connection without an answer' : 'it closed the connection within its answer');
  }

  private takeHead(piece: Buffer, at: number): number {
    const { pending } = this;
    // the end of the head may be cut in two
    const joined = pending.length > 0 ? Buffer.concat([pending, piece.subarray(at)]) : piece;
    const start = pending.length > 0 ? 0 : at;
    const end = joined.indexOf(END_OF_HEAD, Math.max(start, pending.length - 3));
    this.countHead((end < 0 ? joined.length : end + 4) - start - pending.length);
    if (end < 0) {
      // what is no HTTP at all never has an end: say so at once
      if (joined.length - start >= 5 && joined.toString('latin1', start, start + 5) !== 'HTTP/') throw new BadAnswer('it answered something that is not HTTP/1.1');
      this.pending = pending.length > 0 ? joined : Buffer.from(piece.subarray(at));
      return piece.length;
    }
    this.pending = NONE;
    this.readHead(joined.toString('latin1', start, end));
    return piece.length - (joined.length - end - 4);
  }

  private countHead(bytes: number): void {
    this.headBytes += bytes;
    if (this.headBytes > MAX_HEAD) throw new BadAnswer(`the head of its answer is larger than ${MAX_HEAD} bytes`);
  }

  private readHead(head: string): void {
    if (!HEAD.test(head)) throw new BadAnswer(flawOf(head));
    const status = Number(head.slice(9, 12));
    if (status === 101) throw new BadAnswer('it switched to another protocol');
    // 100 Continue, 103 Early Hints: the answer is still to come
    if (status < 200) return;
    const current = head[7] === '1';
    this.keepAlive = current;
    let length, coding, contentType, contentEncoding: string | undefined;
    NEEDED.lastIndex = 0;
    for (let found = NEEDED.exec(head); found; found = NEEDED.exec(head)) {
      const value = trimmed(found[2]);
      switch (found[1].toLowerCase()) {
        case 'content-length': length = sameLength(length, value); break;
        case 'transfer-encoding': coding = coding === undefined ? value : `${coding}, ${value}`; break;
        case 'connection': if (/\bclose\b/i.test(value)) this.keepAlive = false; break;
        case 'content-type': contentType ??= value; break;
        case 'content-encoding': contentEncoding ??= value; break;
      }
    }
    this.head = { status, head, contentType, contentEncoding };
    this.part = this.framing(status, length, coding, current);
  }

  /** How the end of the body is known (RFC 9112, section 6.3). */
  private framing(status: number, length: string | undefined, coding: string | undefined, chunks: boolean): Part {
    if (coding !== undefined) {
      // both, or another coding: a classic way to smuggle
      if (length !== undefined) throw new BadAnswer('its answer has both content-length and transfer-encoding');
      if (!chunks || coding.toLowerCase() !== 'chunked') throw new BadAnswer(`its answer has transfer-encoding ${coding}`);
    }
    if (status === 204 || status === 304) return Part.Done;
    if (coding !== undefined) return Part.ChunkSize;
    if (length === undefined) {
      this.keepAlive = false;
      return Part.UntilClose;
    }
    this.left = Number(length);
    if (this.left > this.limit) throw this.tooLarge();
    return this.left === 0 ? Part.Done : Part.Sized;
  }

  private takeBody(piece: Buffer, at: number, next: Part): number {
    const bytes = Math.min(this.left, piece.length - at);
    this.bodyBytes += bytes;
    if (this.bodyBytes > this.limit) throw this.tooLarge();
    this.hold(bytes);
    const copy = Buffer.allocUnsafe(bytes);
    piece.copy(copy, 0, at, at + bytes);
    this.body.push(copy);
    this.left -= bytes;
    if (this.left === 0) this.part = next;
    return at + bytes;
  }

  private takeLine(piece: Buffer, at: number): number {
    const { pending } = this;
    const feed = piece.indexOf(10, at);
    const end = feed < 0 ? piece.length : feed + 1;
    if (pending.length + end - at > MAX_LINE) throw new BadAnswer(`its answer has a line of more than ${MAX_LINE} bytes between chunks`);
    const line = pending.toString('latin1') + piece.toString('latin1', at, end);
    if (feed < 0) {
      this.pending = Buffer.from(line, 'latin1');
      return end;
    }
    this.pending = NONE;
    if (!line.endsWith('\r\n') || MISLEADING.test(line)) throw new BadAnswer('a line between the chunks of its answer holds a control character');
    this.readLine(line.slice(0, -2));
    return end;
  }

  private readLine(line: string): void {
    if (this.part === Part.ChunkEnd) {
      if (line !== '') throw new BadAnswer('a chunk of its answer is longer than it said');
      this.part = Part.ChunkSize;
      return;
    }
    if (this.part === Part.Trailers) {
      if (line === '') this.part = Part.Done;
      else this.countHead(field(line).join('').length);
      return;
    }
    const [, size] = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;.*)?$/.exec(line) ?? [];
    if (size === undefined) throw new BadAnswer('a chunk of its answer has no proper size');
    this.left = parseInt(size, 16);
    // before it is read: a leaf that announces a gigabyte sends not a byte of it
    if (this.bodyBytes + this.left > this.limit) throw this.tooLarge();
    this.part = this.left === 0 ? Part.Trailers : Part.Chunk;
  }

  private tooLarge(): BadAnswer {
    return new BadAnswer(`its answer is larger than ${this.limit} bytes`);
  }
}

/** The headers of a head: names in lower case and values in turn, as they came. */
export function fieldsOf({ head }: AnswerHead): string[] {
  return head.split('\r\n').slice(1).flatMap(field);
}

/** What is wrong with a head that is none. */
function flawOf(head: string): string {
  if (MISLEADING.test(head)) return 'the head of its answer holds a control character';
  if (!STATUS_LINE.test(head.split('\r\n', 1)[0])) return 'it answered something that is not HTTP/1.1';
  return 'its answer has a header without a proper name';
}

function field(line: string): [name: string, value: string] {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon));
  if (!TOKEN.test(name)) throw new BadAnswer('its answer has a header without a proper name');
  return [name.toLowerCase(), trimmed(line.slice(colon + 1))];
}

/** A value without the blanks around it: spaces and tabs only, to others a form feed may be a part of it. */
function trimmed(value: string): string {
  let start = 0;
  let end = value.length;
  while (isBlank(value.charCodeAt(start))) start++;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function sameLength(known: string | undefined, value: string): string {
  if (!/^\d{1,15}$/.test(value) || (known !== undefined && known !== value)) throw new BadAnswer(`its answer has content-length ${known === undefined ? '' : `${known} and `}${value}`);
  return value;
}
