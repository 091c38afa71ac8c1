import type { Answer } from './answer';
import { isArray, isObject, Memory } from './json';
import type { LateBody } from './late-body';
import { appended, mergedText } from './merge';
import type { RootConfig } from '../../src/contract';
import type { UserFunction } from '../shared/config';

/** Makes one answer of the leaves' answers, those that count, in the order of the leaves. */
export type Gatherer = FirstGatherer | JsonGatherer | FunctionGatherer;

/** The fastest answer is passed on as it came: there is nothing to read, and nothing to make. */
export interface FirstGatherer {
  readonly makes: 'nothing';
}

/** Makes one JSON text of the texts of the leaves. */
export interface JsonGatherer {
  readonly makes: 'json';
  /** Why the body of a leaf is none that it can use; undefined when it can. */
  refusal(body: LateBody): string | undefined;
  gather(answers: readonly Answer[], memory: Memory): Buffer;
}

/** Calls the user's function, and gives it the client's request too. */
export interface FunctionGatherer {
  readonly makes: 'value';
  gather(answers: readonly Answer[], request: unknown): unknown;
}

/** @param userFunction for the kind `function` */
export function gathererOf(kind: RootConfig['gather'], userFunction?: UserFunction): Gatherer {
  switch (kind) {
    case 'concat': return {
      makes: 'json',
      refusal: ({ json }) => json && isArray(json) ? undefined : 'its body is no JSON array',
      gather: (answers) => appended(answers.map(({ body }) => body.json!)),
    };
    case 'merge': return {
      makes: 'json',
      refusal: ({ json }) => json && isObject(json) ? undefined : 'its body is no JSON object',
      gather: (answers, memory) => mergedText(answers.map(({ body }) => body.json!), memory),
    };
    case 'first': return { makes: 'nothing' };
    case 'all': return {
      makes: 'json',
      refusal: ({ isEmpty, isText }) => isEmpty || isText ? undefined : 'its body is neither JSON nor text',
      gather: listed,
    };
    case 'function': return {
      makes: 'value',
      gather: (answers, request) => userFunction!(answers.map(shown), request),
    };
  }
}

/**
 * An answer as a gather function sees it. Few ask for the text, and it takes memory: it is made when it is asked for.
 */
function shown({ leaf, status, headers, body, fallback }: Answer): object {
  return { leaf, status, headers, body: body.value, get text() { return body.text; }, fallback };
}

/** The text of a list of all answers. */
function listed(answers: readonly Answer[], memory: Memory): Buffer {
  const parts: Uint8Array[] = [Buffer.from('[')];
  let end = '';
  for (const { leaf, status, body, fallback } of answers) {
    parts.push(Buffer.from(`${end && `${end},`}{"leaf":${leaf},"status":${status},"body":`));
    parts.push(jsonOf(body, memory));
    end = fallback ? ',"fallback":true}' : '}';
  }
  return Buffer.concat([...parts, Buffer.from(`${end}]`)]);
}

function jsonOf(body: LateBody, memory: Memory): Uint8Array {
  const { json } = body;
  if (json) return json.bytes.subarray(json.start, json.end);
  const quoted = Buffer.from(JSON.stringify(body.text ?? null));
  memory.hold(quoted.length);
  return quoted;
}
