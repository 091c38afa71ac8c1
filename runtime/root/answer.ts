import { fieldsOf } from './answer-head';
import { BadAnswer } from './bad-answer';
import type { Terms } from './call';
import type { RawAnswer } from './connection';
import { decoded } from './content-coding';
import { LateBody } from './late-body';

/** The answer of a leaf that counts, or what stands in for it. */
export class Answer {
  /** Without content codings. Set by `open`. */
  public body!: LateBody;

  /** @param fallback whether it stands in for the answer of a leaf that gave none */
  constructor(readonly leaf: number, readonly raw: RawAnswer, readonly fallback = false) {}

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
    if (this.raw.contentEncoding !== undefined) {
      // they tell of the body as it was sent: whoever copies them would send them with another one
      delete headers['content-encoding'];
      delete headers['content-length'];
    }
    return headers;
  }

  /** Throws a BadAnswer when the body is not what its head says. */
  public open({ maxAnswerSize, hold }: Terms): void {
    const { bytes, contentType, contentEncoding } = this.raw;
    // a 204 may tell of the coding that a body would have
    const coded = contentEncoding !== undefined && bytes.length > 0;
    const plain = coded ? decoded(bytes, contentEncoding, maxAnswerSize) : bytes;
    hold(Math.max(0, plain.length - bytes.length));
    this.body = new LateBody(plain, contentType);
    const flaw = this.body.flaw;
    if (flaw !== undefined) throw new BadAnswer(flaw);
  }
}
