import { fieldsOf } from './answer-parser';
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
    const fields = fieldsOf(this.raw);
    const headers: { [name: string]: string } = Object.create(null);
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i];
      headers[name] = name in headers ? `${headers[name]}, ${fields[i + 1]}` : fields[i + 1];
    }
    return headers;
  }

  /** Throws a Problem when the body is not what its content type says. */
  public parse(): void {
    const { bytes, contentType, contentEncoding } = this.raw;
    this.body = parseBody(bytes, { 'content-type': contentType, 'content-encoding': contentEncoding });
  }
}
