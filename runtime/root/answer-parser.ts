import { AnswerHead, fieldOf, FramedHead, MISLEADING, readHead } from './answer-head';
import { BadAnswer } from './bad-answer';
import { Bytes } from './bytes';

/** Bytes of all heads and trailers of an answer, and of a line between chunks. */
const MAX_HEAD = 65_536;
const MAX_LINE = 4_096;
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const NONE = Buffer.alloc(0);
/** What bytes mean as hexadecimal digits; -1 where they are none. */
const HEXADECIMAL = new Int8Array(256).fill(-1);
for (let digit = 0; digit < 16; digit++) {
  for (const char of [digit.toString(16), digit.toString(16).toUpperCase()]) HEXADECIMAL[char.charCodeAt(0)] = digit;
}
/** Bytes of a body that memory is taken for before they arrive. */
const AHEAD = 65_536;

/** What comes next. */
enum Part { Head, Sized, ChunkSize, Chunk, ChunkEnd, Trailers, UntilClose, Done }

/**
 * Reads one answer (RFC 9112) from the pieces that arrive. Strict: whatever could be read in two ways is refused,
 * because one side would take the rest of this answer for the start of the next.
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
   * @param secure whether it comes by TLS
   */
  constructor(
    private limit: number, private readonly hold: (bytes: number) => void, private readonly secure = false,
  ) {}

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
          // nearly all stand in one piece: see `takePlainSize`
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
    if (!this.done) {
      throw new BadAnswer(`it closed the connection ${this.untouched ? 'without an' : 'within its'} answer`);
    }
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
      if (joined.length - start >= 5 && joined.toString('latin1', start, start + 5) !== 'HTTP/') {
        throw new BadAnswer('it answered something that is not HTTP/1.1');
      }
      if (!pending) (this.pending = new Bytes()).add(piece, at, piece.length, MAX_HEAD);
      return piece.length;
    }
    this.pending = undefined;
    const head = readHead(joined.toString('latin1', start, end));
    if (head) this.beginBody(head);
    return piece.length - (joined.length - end - 4);
  }

  private countHead(bytes: number): void {
    this.headBytes += bytes;
    if (this.headBytes > MAX_HEAD) throw new BadAnswer(`the head of its answer is larger than ${MAX_HEAD} bytes`);
  }

  private beginBody(head: FramedHead): void {
    if (this.body) this.hold(head.head.length);
    this.head = head;
    this.keepAlive = head.keepAlive;
    this.part = this.framing(head);
  }

  /** How the end of the body is known (RFC 9112, section 6.3). */
  private framing({ status, contentLength, transferEncoding, isCurrent }: FramedHead): Part {
    if (transferEncoding !== undefined) {
      // both, or another coding: a classic way to smuggle
      if (contentLength !== undefined) throw new BadAnswer('its answer has both content-length and transfer-encoding');
      if (!isCurrent || transferEncoding.toLowerCase() !== 'chunked') {
        throw new BadAnswer(`its answer has transfer-encoding ${transferEncoding}`);
      }
    }
    if (status === 204 || status === 304) return Part.Done;
    if (transferEncoding !== undefined) return Part.ChunkSize;
    if (contentLength === undefined) {
      // anyone on the way can end a connection, and node:tls does not tell whether the server did (RFC 8446, 6.1)
      if (this.secure) throw new BadAnswer('its answer has no length and no chunks: by TLS, nobody can tell its end');
      this.keepAlive = false;
      return Part.UntilClose;
    }
    this.left = Number(contentLength);
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
    if (!line.endsWith('\r\n') || MISLEADING.test(line)) {
      throw new BadAnswer('a line between the chunks of its answer holds a control character');
    }
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
      else this.countHead(fieldOf(line).join('').length);
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
