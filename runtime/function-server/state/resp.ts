/**
 * RESP3, the protocol of Valkey and Redis (https://valkey.io/topics/protocol/), as far as a client needs it: commands
 * are arrays of bulk strings, and of replies all types are read, whichever pieces they come in.
 */

/** An error that the server answers with: `WRONGPASS invalid username-password pair`. */
export class ErrorReply {
  constructor(public readonly text: string) {}
}

/** A reply. Bytes are a view of what was received, for its receiver to copy; maps are lists of keys and values. */
export type Reply = Buffer | string | number | boolean | null | ErrorReply | Reply[];

/** What a server sends is no RESP3, or more than is taken. */
export class BadReply extends Error {}

/** The bytes of a command; a text where it is one. */
export function encode(parts: readonly (string | Uint8Array)[]): string | Buffer {
  let text = `*${parts.length}\r\n`;
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      text += `$${Buffer.byteLength(part)}\r\n${part}\r\n`;
    } else {
      pieces.push(Buffer.from(`${text}$${part.length}\r\n`), part);
      text = '\r\n';
    }
  }
  return pieces.length === 0 ? text : Buffer.concat([...pieces, Buffer.from(text)]);
}

/** A line that ends nowhere is no reply. */
const LONGEST_LINE = 65_536;
const MOST_ITEMS = 1_000_000;
const DEEPEST = 8;
const CARRIAGE_RETURN = 13;
const LINE_FEED = 10;
const TWICE = '%|';

/** A list whose items are still to come. */
interface Open {
  readonly items: Reply[];
  left: number;
  /** Nobody asked for it: a message that the server pushes, or attributes in front of a reply. */
  readonly unasked: boolean;
}

/** Reads replies from what arrives. */
export class RespReader {
  private pieces: Buffer[] = [];
  private held = 0;
  /** With fewer bytes than these, the next item is not here. */
  private needed = 1;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private readonly open: Open[] = [];
  /** Bytes of the reply that is being read. */
  private size = 0;

  /** @param most bytes that a reply may have */
  constructor(private readonly most: number, private readonly onReply: (reply: Reply) => void) {}

  /** Throws a BadReply where the bytes are no RESP3. */
  public push(piece: Buffer): void {
    this.pieces.push(piece);
    this.held += piece.length;
    if (this.held < this.needed) return;
    this.bytes = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces, this.held);
    this.at = 0;
    this.needed = 1;
    while (this.at < this.bytes.length && this.item());
    const rest = this.bytes.subarray(this.at);
    this.pieces = rest.length > 0 ? [rest] : [];
    this.held = rest.length;
    this.needed = Math.max(this.needed, this.held + 1);
  }

  /** Reads a line, and what it announces; false where that is not here whole. */
  private item(): boolean {
    const { bytes, at } = this;
    const end = bytes.indexOf(CARRIAGE_RETURN, at);
    if (end < 0 || end + 1 === bytes.length) {
      if (bytes.length - at > LONGEST_LINE) throw new BadReply('a line of its answer does not end');
      return false;
    }
    if (bytes[end + 1] !== LINE_FEED) throw new BadReply('a line of its answer ends with half of a line break');
    const type = String.fromCharCode(bytes[at]);
    switch (type) {
      case '$': case '=': case '!':
        return this.bulk(type, end);
      case '*': case '~': case '>': case '%': case '|':
        this.at = end + 2;
        this.list(type, end - at);
        return true;
      default:
        this.at = end + 2;
        this.take(this.simple(type, bytes.toString('utf8', at + 1, end)), end - at);
        return true;
    }
  }

  private simple(type: string, line: string): Reply {
    switch (type) {
      case '+': case '(': return line;
      case '-': return new ErrorReply(line);
      case ':': case ',': return Number(line);
      case '_': return null;
      case '#': return line === 't';
      default: throw new BadReply(`its answer begins with the byte ${type.charCodeAt(0)}, which no answer does`);
    }
  }

  private bulk(type: string, end: number): boolean {
    const { bytes, at } = this;
    const length = this.count(end);
    const start = end + 2;
    if (length < 0) {
      this.at = start;
      this.take(null, 0);
      return true;
    }
    if (this.size + length > this.most) throw new BadReply(`its answer is larger than ${this.most} bytes`);
    if (start + length + 2 > bytes.length) {
      this.needed = start - at + length + 2;
      return false;
    }
    if (bytes[start + length] !== CARRIAGE_RETURN) throw new BadReply('a part of its answer has another length');
    const content = bytes.subarray(start, start + length);
    this.at = start + length + 2;
    this.take(this.content(type, content), length);
    return true;
  }

  private content(type: string, bytes: Buffer): Reply {
    if (type === '!') return new ErrorReply(bytes.toString());
    // of a verbatim text, the first four are its format
    return type === '=' ? bytes.subarray(4) : bytes;
  }

  private list(type: string, bytes: number): void {
    const count = this.count(this.at - 2, this.at - 2 - bytes);
    if (count < 0) return this.take(null, bytes);
    const left = TWICE.includes(type) ? count * 2 : count;
    if (left > MOST_ITEMS || this.open.length === DEEPEST) throw new BadReply('its answer has too many parts');
    this.size += bytes;
    this.open.push({ items: [], left, unasked: type === '>' || type === '|' });
    this.close();
  }

  /** The number in a line that ends there. */
  private count(end: number, at = this.at): number {
    const text = this.bytes.toString('latin1', at + 1, end);
    if (!/^(\d{1,10}|-1)$/.test(text)) throw new BadReply('its answer has a length that is none');
    return Number(text);
  }

  private take(item: Reply, bytes: number): void {
    const list = this.open.at(-1);
    this.size += bytes;
    if (!list) return this.done(item);
    list.items.push(item);
    list.left--;
    this.close();
  }

  /** Ends the lists that are complete. */
  private close(): void {
    for (let list = this.open.at(-1); list?.left === 0; list = this.open.at(-1)) {
      this.open.pop();
      const around = this.open.at(-1);
      if (list.unasked) {
        if (!around) this.size = 0;
        continue;
      }
      if (!around) return this.done(list.items);
      around.items.push(list.items);
      around.left--;
    }
  }

  private done(reply: Reply): void {
    this.size = 0;
    this.onReply(reply);
  }
}
