import type { Dialect, Refusal } from './dialect';
import { block } from './text';

/** What nginx itself may have to say, as it says it to people; backends' own answers pass untouched. */
const PROBLEMS: readonly Refusal[] = [
  { status: 400, title: 'Bad Request', detail: 'the request is not valid HTTP', grpc: 13 },
  { status: 405, title: 'Method Not Allowed', detail: 'this method is not passed on', grpc: 12 },
  { status: 408, title: 'Request Timeout', detail: 'the request did not arrive in time', grpc: 4 },
  { status: 413, title: 'Content Too Large', detail: 'the request body is larger than this service takes', grpc: 8 },
  { status: 414, title: 'URI Too Long', detail: 'the request target is longer than this service takes', grpc: 8 },
  {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'the request header is larger than this service takes',
    grpc: 8,
  },
  { status: 500, title: 'Internal Server Error', detail: 'the router could not handle the request', grpc: 13 },
  {
    status: 501,
    title: 'Not Implemented',
    detail: 'the only transfer coding that this service knows is chunked',
    grpc: 12,
  },
  { status: 502, title: 'Bad Gateway', detail: 'no replica answered properly', grpc: 14 },
  { status: 503, title: 'Service Unavailable', detail: 'no replica is ready', grpc: 14 },
  { status: 504, title: 'Gateway Timeout', detail: 'no replica answered in time', grpc: 4 },
  { status: 505, title: 'HTTP Version Not Supported', detail: 'this service speaks HTTP/1.1', grpc: 12 },
];

/**
 * The server's error pages: what nginx refuses or cannot pass on is told as programs read it, not as a page for
 * browsers.
 *
 * @param headers lines for the pages of requests that were on their way to a group (502 to 504)
 */
export function problemPages(dialect: Dialect, headers?: readonly string[]): string[] {
  return PROBLEMS.flatMap((problem) => {
    const { status } = problem;
    if (status >= 502 && status <= 504) {
      return [errorPage(status, `@problem_${status}`, dialect), ...pageOf(problem, dialect, headers)];
    }
    // A request that nginx could not read has no URI, and may not go to a named location: nginx would answer 500. What
    // a client asks for is normalised and has no `..`, so this path is no backend's.
    const page = `/../problem-${status}`;
    return [
      errorPage(status, page, dialect),
      ...block(`location = ${page}`, ['internal;', ...saying(problem, dialect)]),
    ];
  });
}

/** The location that says what is wrong with requests that were on their way to a group: `@problem_502` to 504. */
export function problemPage(status: 502 | 503 | 504, dialect: Dialect): string[] {
  return pageOf(PROBLEMS.find((each) => each.status === status)!, dialect);
}

function pageOf(problem: Refusal, dialect: Dialect, headers?: readonly string[]): string[] {
  return block(`location @problem_${problem.status}`, saying(problem, dialect, headers));
}

function saying(problem: Refusal, dialect: Dialect, headers?: readonly string[]): string[] {
  return [`default_type ${dialect.type};`, ...dialect.answer(problem, headers)];
}

function errorPage(status: number, page: string, { module }: Dialect): string {
  const isGrpc = module === 'grpc';
  // 494 is nginx's own number for a header that is too large; RFC 6585 has 431.
  if (status === 431) return `error_page 494 =${isGrpc ? '' : '431'} ${page};`;
  // Of gRPC the status is another one than that of HTTP, which is always 200.
  if (isGrpc) return `error_page ${status} = ${page};`;
  // The request may be worth another try, and then the status is that of its answer.
  if (status === 502) return 'error_page 502 = $after_502;';
  return `error_page ${status} ${page};`;
}
