import { plainJson, quoted } from './text';

/** Something that the router itself answers. */
export interface Refusal {
  readonly status: number;
  readonly title: string;
  /** What was wrong: a text, or a variable that has it as JSON without the quotes around it. */
  readonly detail: string | { readonly variable: string };
  /** Its code in gRPC (https://github.com/grpc/grpc/blob/master/doc/statuscodes.md). */
  readonly grpc: number;
}

/** What a router's configuration says differently for HTTP and for gRPC. */
export interface Dialect {
  /** The start of the directives of the module that passes requests on. */
  readonly module: 'proxy' | 'grpc';
  readonly schemes: { readonly plain: string; readonly tls: string };
  /** The media type of what the router itself answers. */
  readonly type: string;
  /**
   * Lines of a location of this type, or of an `if` in one, that answer.
   * @param headers lines for further headers; without any, those of the server stay
   */
  readonly answer: (refusal: Refusal, headers?: readonly string[]) => string[];
}

/** RFC 9457 (problem details). */
export const HTTP: Dialect = {
  module: 'proxy',
  schemes: { plain: 'http', tls: 'https' },
  type: 'application/problem+json',
  answer: ({ status, title, detail }, headers = []) => [
    ...headers, `return ${status} ${quoted(bodyOf(status, title, detail))};`,
  ],
};

function bodyOf(status: number, title: string, detail: Refusal['detail']): string {
  const problem = (text: string) => plainJson({ type: 'about:blank', title, status, detail: text });
  return typeof detail === 'string' ? problem(detail) : problem('WHY').replace('WHY', () => detail.variable);
}

/**
 * An answer of gRPC without messages: its status stands in the only block of headers
 * (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Trailers-Only).
 * @param always headers of every answer of the router: those of a location take the place of the server's
 */
export function grpc(always: readonly string[]): Dialect {
  return {
    module: 'grpc',
    schemes: { plain: 'grpc', tls: 'grpcs' },
    type: 'application/grpc',
    answer: ({ grpc: code, detail }, headers = always) => [
      ...headers,
      `add_header grpc-status ${code} always;`,
      // A message is ASCII without `%`, which would begin an escape.
      `add_header grpc-message ${typeof detail === 'string' ? quoted(encoded(detail)) : detail.variable} always;`,
      'return 200;',
    ],
  };
}

function encoded(text: string): string {
  return plainJson(text).slice(1, -1).replace(/%/g, '%25').replace(/\\u0024/g, '%24').replace(/\\"/g, '"');
}
