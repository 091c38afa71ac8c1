import type { LeafRequest } from './call';
import type { Form } from './form';
import type { Leaf } from './leaf';
import { LeafAsk, leafAsk } from './leaf-ask';
import { LARGE, leafRequest, Outgoing } from './request-bytes';
import type { Asked } from './scatter';
import type { ScatterLeaf } from './scatter-leaf';
import type { UserFunction } from '../shared/config';
import { Unsendable } from '../shared/unsendable';

/** What a request of a leaf's own may cost. */
export interface Costs {
  /** Bytes that a body may have. */
  readonly maxBodySize: number;
  /** Told of the bytes of each request before they are made; throws where there is no room for them. */
  readonly hold: (bytes: number) => void;
}

/** A client's request, as it is to be written for leaves. */
export interface Incoming {
  /** As user code sees it. */
  readonly shape: unknown;
  readonly outgoing: Outgoing;
  readonly body: Uint8Array | undefined;
}

/** Asks the user's function what each leaf is asked. */
export class Scatterer {
  constructor(
    private readonly userFunction: UserFunction, private readonly shown: readonly ScatterLeaf[],
    private readonly leaves: readonly Leaf[], private readonly forms: readonly Form[],
  ) {}

  /** The leaves that are asked, and for what. Throws what the function throws, an Unsendable or a Problem. */
  public asked({ shape, outgoing, body }: Incoming, costs: Costs): Asked[] {
    const writer = new Writer(outgoing, this.forms, body, costs);
    const asked: Asked[] = [];
    this.leaves.forEach(({ form }, leaf) => {
      const ask = leafAsk(this.userFunction(shape, this.shown[leaf]));
      if (ask) asked.push({ leaf, request: writer.written(ask, form) });
    });
    return asked;
  }
}

/** Writes the requests that are made of one of a client's. */
class Writer {
  /** Header lines that leaves have in common, by what is different in them. */
  private readonly lines = new Map<string, string>();
  /** The same where nothing is different in them, by form. */
  private readonly plain: string[] = [];
  /** The path of the client's target, and its query with the `?`. */
  private readonly path: string;
  private readonly search: string;
  private copied?: Buffer;

  constructor(
    private readonly outgoing: Outgoing, private readonly forms: readonly Form[],
    private readonly clientBody: Uint8Array | undefined, private readonly costs: Costs,
  ) {
    const [target] = outgoing.target.split('#', 1);
    const mark = target.indexOf('?');
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.search = mark < 0 ? '' : target.slice(mark);
  }

  public written(ask: LeafAsk, formNumber: number): LeafRequest {
    const { outgoing } = this;
    const form = this.forms[formNumber];
    const method = ask.method ?? outgoing.method;
    const head = outgoing.start(form, method, this.target(ask)) + this.common(ask, method, formNumber)
      + own(ask, form);
    if (ask.body) return this.withBody(method, head, ask.body.content);
    const body = ask.body === null ? undefined : this.body;
    this.costs.hold(head.length);
    return leafRequest(method, head, undefined, body);
  }

  /** The client's body: one copy for all, because user code may change what it was given. */
  private get body(): Buffer | undefined {
    if (this.clientBody && !this.copied) {
      this.costs.hold(this.clientBody.length);
      this.copied = Buffer.from(this.clientBody);
    }
    return this.copied;
  }

  private withBody(method: string, head: string, content: string | Uint8Array): LeafRequest {
    const { maxBodySize, hold } = this.costs;
    const size = Buffer.byteLength(content);
    if (size > maxBodySize) {
      throw new Unsendable(`body has ${size} bytes, and maxBodySize lets it have ${maxBodySize}: ask for less, or `
        + 'raise that');
    }
    hold(head.length + size);
    const body = Buffer.from(content as string);
    return size > LARGE ? leafRequest(method, head, undefined, body) : leafRequest(method, head, body);
  }

  private target({ path, query }: LeafAsk): string {
    if (path === undefined && query === undefined) return this.outgoing.target;
    const start = path ?? this.path;
    if (start === '*') return start;
    if (query === undefined) return start + this.search;
    return query === '' ? start : `${start}?${query}`;
  }

  /** The lines that are not the leaf's own. */
  private common({ headers, body }: LeafAsk, method: string, form: number): string {
    // what tells of the client's body tells nothing of another one
    const otherBody = body !== undefined;
    if (!headers && !otherBody && method === this.outgoing.method) {
      return this.plain[form] ??= this.outgoing.lines(this.forms[form], method);
    }
    const names = headers?.names ?? [];
    const key = `${form} ${method} ${otherBody} ${names.join()}`;
    let lines = this.lines.get(key);
    if (lines === undefined) {
      lines = this.outgoing.lines(this.forms[form], method, (name) => (
        !names.includes(name) && !(otherBody && name.startsWith('content-'))
      ));
      this.lines.set(key, lines);
    }
    return lines;
  }
}

/** The lines of a leaf's own: where its backend has headers of its own, those win. */
function own({ headers, body }: LeafAsk, { own: wins }: Form): string {
  let lines = '';
  if (headers) for (const { name, line } of headers.lines) if (!wins.has(name)) lines += line;
  const typed = !body || wins.has('content-type') || headers?.names.includes('content-type');
  return typed ? lines : `${lines}content-type: ${body.type}\r\n`;
}
