import { Answer } from './answer';
import { LateBody } from './late-body';

const TYPE = 'application/json';

/** What stands in for the answer of a leaf: one body for all requests. */
export class Fallback {
  private readonly bytes: Buffer;
  private readonly body: LateBody;

  /** @param text of JSON */
  constructor(text: string) {
    this.bytes = Buffer.from(text);
    this.body = new LateBody(this.bytes, TYPE);
  }

  /** As the answer of a leaf. */
  public standIn(leaf: number): Answer {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: ${TYPE}`;
    const answer = new Answer(leaf, { status: 200, head, contentType: TYPE, bytes: this.bytes }, true);
    answer.body = this.body;
    return answer;
  }
}
