import type { RawAnswer } from './connection';
import { parseBody } from '../shared/body';

/** The answer of a leaf that counts. */
export class Answer {
  /** Parsed when the content type is JSON, else text or bytes; undefined without a body. Set by `parse`. */
  public body: unknown;

  constructor(readonly leaf: number, readonly raw: RawAnswer) {}

  public get status(): number {
    return this.raw.status;
  }

  /** The headers, names in lower case; repeated ones joined by a comma and a space (RFC 9110, section 5.3). */
  public get headers(): { [name: string]: string } {
    const { fields } = this.raw;
    const headers: { [name: string]: string } = Object.create(null);
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      headers[name] = name in headers ? `${headers[name]}, ${fields[i + 1]}` : fields[i + 1];
    }
    return headers;
  }

  /** Throws a Problem when the body is not what its content type says. */
  public parse(): void {
    this.body = parseBody(this.raw.bytes, this.pick('content-type', 'content-encoding'));
  }

  /** Some headers, without making all of them. */
  private pick(...names: readonly string[]): { [name: string]: string } {
    const { fields } = this.raw;
    const picked: { [name: string]: string } = {};
    for (let i = 0; i < fields.length; i += 2) if (names.includes(fields[i])) picked[fields[i]] ??= fields[i + 1];
    return picked;
  }
}
