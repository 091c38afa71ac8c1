import { block, plainJson, quoted } from './text';

/** What nginx itself may have to say, as it says it to people; backends' own answers pass untouched. */
const PROBLEMS: readonly { status: number; title: string; detail: string }[] = [
  { status: 400, title: 'Bad Request', detail: 'the request is not valid HTTP' },
  { status: 405, title: 'Method Not Allowed', detail: 'this method is not passed on' },
  { status: 408, title: 'Request Timeout', detail: 'the request did not arrive in time' },
  { status: 413, title: 'Content Too Large', detail: 'the request body is larger than this service takes' },
  { status: 414, title: 'URI Too Long', detail: 'the request target is longer than this service takes' },
  {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'the request header is larger than this service takes',
  },
  { status: 500, title: 'Internal Server Error', detail: 'the router could not handle the request' },
  { status: 501, title: 'Not Implemented', detail: 'the only transfer coding that this service knows is chunked' },
  { status: 502, title: 'Bad Gateway', detail: 'no replica answered properly' },
  { status: 503, title: 'Service Unavailable', detail: 'no replica is ready' },
  { status: 504, title: 'Gateway Timeout', detail: 'no replica answered in time' },
  { status: 505, title: 'HTTP Version Not Supported', detail: 'this service speaks HTTP/1.1' },
];

/** RFC 9457 (problem details) as a body for `return`. */
export function problem(status: number, title: string, detail: string): string {
  return plainJson({ type: 'about:blank', title, status, detail });
}

/**
 * The server's error pages: what nginx refuses or cannot pass on is told as problem+json, not as a page for browsers.
 *
 * @param headers lines for the pages of requests that were on their way to a group (502 to 504)
 */
export function problemPages(headers: readonly string[] = []): string[] {
  return PROBLEMS.flatMap(({ status, title, detail }) => {
    const onItsWay = status >= 502 && status <= 504;
    // A request that nginx could not read has no URI, and may not go to a named location: nginx would answer 500. What
    // a client asks for is normalised and has no `..`, so this path is no backend's.
    const page = onItsWay ? `@problem_${status}` : `/../problem-${status}`;
    return [
      errorPage(status, page),
      ...block(onItsWay ? `location ${page}` : `location = ${page}`, [
        ...onItsWay ? [] : ['internal;'],
        'default_type application/problem+json;',
        ...onItsWay ? headers : [],
        `return ${status} ${quoted(problem(status, title, detail))};`,
      ]),
    ];
  });
}

function errorPage(status: number, page: string): string {
  // 494 is nginx's own number for a header that is too large; RFC 6585 has 431.
  if (status === 431) return `error_page 494 =431 ${page};`;
  // The request may be worth another try, and then the status is that of its answer.
  if (status === 502) return 'error_page 502 = $after_502;';
  return `error_page ${status} ${page};`;
}
