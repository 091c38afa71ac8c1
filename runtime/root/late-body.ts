import { Piece, readJson } from './json';
import { bodyText, isJson, NOT_JSON, parseBody } from '../shared/body';
import { parsedSize } from '../shared/budget';
import { Problem } from '../shared/problem';

/**
 * A body whose value is made when it is asked for: until then it takes the memory of its bytes, and not several times
 * as much.
 */
export class LateBody {
  /** Where it is JSON. */
  public readonly json?: Piece;
  /** Why it is not what its content type says; undefined where it is. */
  public readonly flaw?: string;
  /** Whether it is text, also one that is JSON. */
  public readonly isText: boolean = true;
  private readonly headers: { readonly 'content-type': string | undefined };
  private knownText?: string;

  constructor(private readonly bytes: Buffer, contentType: string | undefined) {
    this.headers = { 'content-type': contentType };
    if (bytes.length === 0) return;
    if (isJson(contentType)) {
      this.json = readJson(bytes);
      if (!this.json) this.flaw = NOT_JSON;
      return;
    }
    try {
      // a byte is enough to find out
      this.isText = bodyText(bytes.subarray(0, 1), this.headers) !== undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.flaw = error.detail;
    }
  }

  public get isEmpty(): boolean {
    return this.bytes.length === 0;
  }

  /** The text as it was sent; undefined where it is none. */
  public get text(): string | undefined {
    return this.knownText ??= bodyText(this.bytes, this.headers);
  }

  /** What user code sees: parsed where it is JSON, else text or bytes; undefined without a body. */
  public get value(): unknown {
    if (this.isText) return parseBody(this.bytes, this.headers);
    // memory of its own: a Buffer's may be shared with other requests, and users can reach it
    return new Uint8Array(this.bytes);
  }

  /** How many bytes of memory the value takes, besides the bytes that it is made of. */
  public get valueSize(): number {
    return this.isText ? parsedSize(this.bytes) : this.bytes.length;
  }
}
