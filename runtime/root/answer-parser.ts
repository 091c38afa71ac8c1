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
const HEAD = /^HTTP\/1\.[01] [1-5]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)*$/;
/** What we need to know of a head. */
const NEEDED = /\r\n(content-length|transfer-encoding|connection|content-type|content-encoding):([^\r]*)/gi;
/**
 * What no header may hold (RFC 9110, section 5.5), and node:http refuses to send on: a lone line break, where some
 * would begin another header, a zero …
 */
const MISLEADING = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/;
const STATUS_LINE = /^HTTP\/1\.[01] [1-5]\d\d(?: .*)?$/;
const NONE = Buffer.alloc(0);
/** What bytes mean as hexadecimal digits; -1 where they are none. */
const HEXADECIMAL = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  for (const char of [digit.toString(16), digit.toString(16).toUpperCase()]) HEXADECIMAL[char.charCodeAt(0)] = digit;
}
/** Bytes of a body that memory is taken for before they arrive. */
const AHEAD = 65_536;

/**
 * Bytes that arrive in pieces, in one memory that doubles: a Buffer for each piece would take a hundred bytes where
 * the piece has one.
 */
class Bytes {
  public length = 0;
  private memory = NONE;

  public get taken(): Buffer {
    return this.memory.length === this.length ? this.memory : this.memory.subarray(0, this.length);
  }

  /**
   * @param most bytes that there will ever be
   * @param soon bytes that there will be soon
   * @returns how many bytes of memory were taken for it
   */
  public add(piece: Buffer, start: number, end: number, most: number, soon = 0): number {
    const { memory } = this;
    const length = this.length + end - start;
    if (length > memory.length) {
      this.memory = Buffer.allocUnsafe(Math.min(most, Math.max(length, soon, 2 * memory.length)));
      memory.copy(this.memory, 0, 0, this.length);
    }
    piece.copy(this.memory, this.length, start, end);
    this.length = length;
    return this.memory.length - memory.length;
  }
}

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
  /** The start of a head that has not arrived whole. */
  private pending?: Bytes;
  /** The start of a line that has not arrived whole. */
  private line = '';
  private headBytes = 0;
  private head!: AnswerHead;
  private body?: Bytes = new Bytes();
  private bodyBytes = 0;
  /** Bytes to come: of the body, or of its chunk. */
  private left = 0;

  /**
   * @param limit bytes that a body may have
   * @param hold asked for the memory of head and body; throws a BadAnswer where there is none
   */
  constructor(private limit: number, private readonly hold: (bytes: number) => void) {}

  public get done(): boolean {
    return this.part === Part.Done;
  }

  /** Whether nothing of the answer has arrived. */
  public get untouched(): boolean {
    return this.part === Part.Head && this.headBytes === 0;
  }

  /** The answer, once it is done. */
  public get answer(): AnswerHead & { readonly bytes: Buffer } {
    const { head: { status, head, contentType, contentEncoding }, body } = this;
    return { status, head, contentType, contentEncoding, bytes: body ? body.taken : NONE };
  }

  /**
   * Nobody wants the answer any more: what is left of it is read for the connection's sake only, and kept nowhere.
   * @param bytes that may still come of the body; with more, the parser throws
   */
  public discard(bytes: number): void {
    this.body = undefined;
    this.limit = this.bodyBytes + bytes;
    if (this.part === Part.Sized && this.left > bytes) throw this.tooLarge();
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
        case Part.ChunkSize: at = this.takePlainSize(piece, at) || this.takeLine(piece, at); break;
        case Part.ChunkEnd:
          // as above
          if (this.line === '' && piece[at] === 13 && piece[at + 1] === 10) {
            this.part = Part.ChunkSize;
            at += 2;
            break;
          }
          at = this.takeLine(piece, at);
          break;
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
    const before = pending ? pending.length : 0;
    pending?.add(piece, at, piece.length, MAX_HEAD + piece.length);
    const joined = pending ? pending.taken : piece;
    const start = pending ? 0 : at;
    // the end of the head may be cut in two
    const end = joined.indexOf(END_OF_HEAD, Math.max(start, before - 3));
    this.countHead((end < 0 ? joined.length : end + 4) - start - before);
    if (end < 0) {
      // what is no HTTP at all never has an end: say so at once
      if (joined.length - start >= 5 && joined.toString('latin1', start, start + 5) !== 'HTTP/') throw new BadAnswer('it answered something that is not HTTP/1.1');
      if (!pending) (this.pending = new Bytes()).add(piece, at, piece.length, MAX_HEAD);
      return piece.length;
    }
    this.pending = undefined;
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
        // with a tab beside it, it is another coding for some
        case 'transfer-encoding': coding = listed(coding, found[2].includes('\t') ? found[2] : value); break;
        case 'connection': if (/\bclose\b/i.test(value)) this.keepAlive = false; break;
        case 'content-type': contentType ??= value; break;
        case 'content-encoding': contentEncoding = listed(contentEncoding, value); break;
      }
    }
    if (this.body) this.hold(head.length);
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
    if (this.body) {
      const all = this.part === Part.Sized ? this.bodyBytes - bytes + this.left : this.limit;
      // what is announced will come soon: room for it at once saves copies, in a measure that an idle leaf may waste
      const soon = this.bodyBytes - bytes + Math.min(this.left, Math.max(bytes, AHEAD));
      this.hold(this.body.add(piece, at, at + bytes, all, soon));
    }
    this.left -= bytes;
    if (this.left === 0) this.part = next;
    return at + bytes;
  }

  /**
   * The end of a chunk's size that stands in one piece and says nothing else; 0 where it is no such one. Nearly all
   * are; read as any other line they would take twenty times as long, and an answer in chunks of one byte a second
   * for each megabyte.
   */
  private takePlainSize(piece: Buffer, at: number): number {
    if (this.line !== '') return 0;
    let size = 0;
    let end = at;
    for (let digit = HEXADECIMAL[piece[end]]; digit >= 0 && end < at + 12; digit = HEXADECIMAL[piece[end]]) {
      size = size * 16 + digit;
      end++;
    }
    if (end === at || piece[end] !== 13 || piece[end + 1] !== 10) return 0;
    this.beginChunk(size);
    return end + 2;
  }

  private takeLine(piece: Buffer, at: number): number {
    const feed = piece.indexOf(10, at);
    const end = feed < 0 ? piece.length : feed + 1;
    if (this.line.length + end - at > MAX_LINE) {
      throw new BadAnswer(`its answer has a line of more than ${MAX_LINE} bytes between chunks`);
    }
    const line = this.line + piece.toString('latin1', at, end);
    this.line = feed < 0 ? line : '';
    if (feed < 0) return end;
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
    this.beginChunk(parseInt(size, 16));
  }

  private beginChunk(size: number): void {
    this.left = size;
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

/** Of a header that may stand several times (RFC 9110, section 5.3). */
function listed(known: string | undefined, value: string): string {
  return known === undefined ? value : `${known}, ${value}`;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function sameLength(known: string | undefined, value: string): string {
  if (!/^\d{1,15}$/.test(value) || (known !== undefined && known !== value)) throw new BadAnswer(`its answer has content-length ${known === undefined ? '' : `${known} and `}${value}`);
  return value;
}
