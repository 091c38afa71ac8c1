import { createServer, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Pipeline } from './pipeline';
import { Problem } from './problem';
import { flawOf, notServed, ParserError, problemOf } from './request-head';
import { sendProblemAndClose } from './send-problem';

/** How many connections may wait until the program accepts them. */
export const BACKLOG = 1024;

/** What tests make smaller: milliseconds, and numbers of connections. */
export interface ServerOptions {
  /**
   * How long a client may take nothing of what is sent to it.
   * @default 30_000
   */
  readonly sendTimeout?: number;
  /**
   * How long a client may take for the head of its request.
   * @default 20_000
   */
  readonly headTimeout?: number;
  /**
   * Further ones are closed at once: each costs some 20 KB, and 64 KB while it sends a head of that size.
   * @default 1_000
   */
  readonly maxConnections?: number;
}

/**
 * A server for requests, as strict as node:http is by default and stricter where that is not enough, with
 * every limit stated.
 */
export function createHttpServer(listener: RequestListener, options: ServerOptions = {}): Server {
  const { sendTimeout = 30_000, headTimeout = 20_000, maxConnections = 1_000 } = options;
  const server = createServer({
    // longer than the router keeps an idle connection to us (10 s): the router always closes first, so it never sends
    // a request into a connection that we are just closing (a POST lost there is not retried)
    keepAliveTimeout: 75_000,
    headersTimeout: headTimeout,
    // a client that sends its body by the drop holds a connection no longer than this
    requestTimeout: 120_000,
    connectionsCheckingInterval: headTimeout / 4,
    // larger heads are answered with 431 (bytes)
    maxHeaderSize: 65_536,
    insecureHTTPParser: false,
    // the head is looked at by us, so that all that is refused is refused with a problem
    requireHostHeader: false,
    noDelay: true,
  });
  // Node would drop the headers behind its limit without a word
  server.maxHeadersCount = 0;
  server.maxConnections = maxConnections;
  server.timeout = sendTimeout;

  const answer = (respond: RequestListener) => (req: IncomingMessage, res: ServerResponse) => {
    if (Pipeline.of(req.socket).add(res)) respond(req, res);
  };
  const serve = answer((req, res) => {
    const flaw = flawOf(req);
    if (flaw) sendProblemAndClose(res, flaw);
    else listener(req, res);
  });
  return server
    .on('connection', (socket) => new Pipeline(socket))
    .on('request', serve)
    // with a listener for it, Node asks for a body only when the program reads it: a refused one is never sent
    .on('checkContinue', serve)
    .on('checkExpectation', answer((_, res) => sendProblemAndClose(
      res, new Problem(417, 'the only expectation that is met is 100-continue'),
    )))
    .on('connect', (_, socket) => Pipeline.of(socket as Socket).refuse(notServed('CONNECT')))
    .on('clientError', (error: ParserError, socket) => {
      // one that only opens a connection, as browsers do in advance, is owed no answer
      if (!socket.writable || (socket as Socket).bytesRead === 0) socket.destroy();
      else Pipeline.of(socket as Socket).refuse(problemOf(error));
    })
    // nothing was received or sent for a while: only a handler that takes its time, or an event stream, is
    // no reason to close
    .on('timeout', (socket) => {
      if (Pipeline.of(socket).idle || socket.writableLength > 0) socket.destroy();
    });
}

/** Resolves with the port listened on; port 0 takes a free one. Rejects when the address cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve((server.address() as AddressInfo).port));
  });
}
