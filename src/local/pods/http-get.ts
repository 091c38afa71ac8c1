import * as http from 'node:http';
import * as https from 'node:https';
import { limit } from './time-limit';

/** So many redirects are followed, as Go's client does, which a kubelet asks with. */
const MOST_REDIRECTS = 10;

/** Where Go's client follows. */
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Asks a URL as a kubelet does: the certificate is not checked, and redirects are followed on the same host only.
 * Resolves to undefined when the status is from 200 to 399, else to what went wrong, in words.
 */
export function httpGet(url: URL, headers: http.OutgoingHttpHeaders, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    let request: http.ClientRequest | undefined;
    const stop = limit(timeout, () => end(`GET ${url.href} did not answer within ${timeout / 1000} s`));
    ask(url, MOST_REDIRECTS);

    function ask(at: URL, redirects: number) {
      const title = `GET ${at.href}`;
      const module = at.protocol === 'https:' ? https : http;
      request = module.get(at, { headers, agent: false, rejectUnauthorized: false }, (response) => {
        const { statusCode = 0 } = response;
        const next = REDIRECTS.includes(statusCode) ? target(at, response.headers.location) : undefined;
        if (next && redirects === 0) return end(`GET ${url.href} redirects more than ${MOST_REDIRECTS} times`);
        if (next) return void response.resume().on('error', () => {}).on('close', () => ask(next, redirects - 1));
        if (statusCode >= 200 && statusCode < 400) return end(undefined);
        let body = '';
        return response.setEncoding('utf8').on('data', (chunk) => { body += chunk; }).on('error', () => {})
          .on('close', () => end(`${title} answered ${statusCode} ${body.replace(/\s+/g, ' ').slice(0, 120)}`.trim()));
      });
      request.on('error', (error: NodeJS.ErrnoException) => end(`${title} failed: ${error.code ?? error.message}`));
    }

    function end(failure: string | undefined) {
      stop();
      request?.destroy();
      resolve(failure);
    }
  });
}

/**
 * Where a redirect leads, if that is on the same host: another one may be out of the probe's reach, and is none of its
 * business.
 */
function target(from: URL, location: string | undefined): URL | undefined {
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.hostname === from.hostname && /^https?:$/.test(to.protocol) ? to : undefined;
}
