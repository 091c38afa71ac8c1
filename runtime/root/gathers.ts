import type { Answer } from './answer';
import { mergeInto } from './merge';
import type { RootConfig } from '../../src/contract';
import type { UserFunction } from '../shared/config';

/** Makes one answer of the leaves' answers. */
export interface Gatherer {
  /** Whether the fastest answer is passed on as it came; then there is nothing to parse, and nothing to make. */
  readonly takesFirst?: boolean;
  /** Whether it is given the client's request. */
  readonly wantsRequest?: boolean;
  /** Why the body of a leaf is none that it can use; undefined when it can. */
  refusal(body: unknown): string | undefined;
  /** @param answers those that count, in the order of the leaves */
  gather(answers: readonly Answer[], request: unknown): unknown;
}

const anyBody = () => undefined;

/** @param userFunction for the kind `function` */
export function gathererOf(kind: RootConfig['gather'], userFunction?: UserFunction): Gatherer {
  switch (kind) {
    case 'concat': return {
      refusal: (body) => Array.isArray(body) ? undefined : 'its body is no JSON array',
      gather: (answers) => answers.flatMap(({ body }) => body),
    };
    case 'merge': return {
      refusal: (body) => isObject(body) ? undefined : 'its body is no JSON object',
      gather: (answers) => answers.reduce((merged, { body }) => mergeInto(merged, body as object), {}),
    };
    case 'first': return {
      takesFirst: true,
      refusal: anyBody,
      gather: ([answer]) => answer,
    };
    case 'all': return {
      refusal: anyBody,
      gather: (answers) => answers.map(({ leaf, status, body }) => ({ leaf, status, body: body ?? null })),
    };
    case 'function': return {
      wantsRequest: true,
      refusal: anyBody,
      gather: (answers, request) => userFunction!(answers.map(({ leaf, status, headers, body }) => ({ leaf, status, headers, body })), request),
    };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
