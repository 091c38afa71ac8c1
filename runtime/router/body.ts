import type { NjsRequest } from './njs';

/** A request the script answers itself. */
export class Refusal extends Error {
  constructor(readonly status: number, readonly title: string, readonly detail: string) {
    super(detail);
  }
}

/** Whether a media type is JSON (RFC 8259, and RFC 6839 for `+json`). */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/([^;\s]+\+)?json\s*(;|$)/i.test(contentType ?? '');
}

/** The body as JSON. */
export function jsonBody(r: NjsRequest): unknown {
  try {
    return JSON.parse(textBody(r) ?? '');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(400, 'Bad Request', 'the body is not valid JSON');
  }
}

/** The body as text; undefined without one. */
export function textBody(r: NjsRequest): string | undefined {
  if (!r.requestBuffer) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(r.requestBuffer);
  } catch {
    throw new Refusal(400, 'Bad Request', 'the body is not valid UTF-8');
  }
}

/** Hands a request on to the shard that owns its key, or answers why it has none. */
export function routed(r: NjsRequest, shardKey: () => void): void {
  try {
    shardKey();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, title, detail } = error;
    r.headersOut['Content-Type'] = 'application/problem+json';
    r.return(status, JSON.stringify({ type: 'about:blank', title, status, detail }));
    return;
  }
  r.internalRedirect('@shard');
}
