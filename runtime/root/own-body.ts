import { misfit } from './misfit';
import { toJson } from '../shared/result-kind';
import { bytesOf } from '../shared/stream';

/** A body that a scatter function has made. */
export interface OwnBody {
  readonly content: string | Uint8Array;
  readonly type: string;
}

const REMEDY = 'give text, bytes, data that JSON can hold, or null for none';

/** Throws an Unsendable where it is neither text nor bytes nor data that JSON can hold. */
export function ownBody(body: unknown): OwnBody {
  if (typeof body === 'string') return { content: body, type: 'text/plain; charset=utf-8' };
  if (typeof body === 'function' || typeof body === 'symbol') throw misfit('body', body, REMEDY);
  const bytes = bytesOf(body);
  if (bytes) return { content: bytes, type: 'application/octet-stream' };
  return { content: toJson(body, 'body'), type: 'application/json' };
}
