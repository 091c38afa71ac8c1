import { createServer, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How many connections may wait until the program accepts them. */
export const BACKLOG = 1024;

/** A server for requests, as strict as node:http is by default, with every limit stated. */
export function createHttpServer(listener: RequestListener): Server {
  const onRequest = (req: IncomingMessage, res: ServerResponse) => {
    if (!res.socket) closeWithConnection(req, res);
    listener(req, res);
  };
  const server = createServer({
    // longer than the router keeps an idle connection to us (10 s): the router always closes first, so it never sends a request into a
    // connection that we are just closing (a POST lost there is not retried)
    keepAliveTimeout: 75_000,
    // a client that sends its head or body by the drop holds a socket no longer than this (milliseconds)
    headersTimeout: 20_000,
    requestTimeout: 120_000,
    connectionsCheckingInterval: 5_000,
    // larger heads are answered with 431 (bytes)
    maxHeaderSize: 65_536,
    insecureHTTPParser: false,
    noDelay: true,
  }, onRequest);
  // with a listener for it, Node asks for a body only when the program reads it: a refused one is never sent
  server.on('checkContinue', onRequest);
  return server;
}

/**
 * An answer that waits behind another one on its connection (pipelining) has no socket yet, and Node does not tell it when the connection
 * closes: without this, whatever the program keeps until the answer's `close` is kept for good.
 */
function closeWithConnection({ socket }: IncomingMessage, res: ServerResponse): void {
  const close = () => res.destroy().emit('close');
  // each waiting answer listens: more than ten are no leak
  socket.setMaxListeners(0).once('close', close);
  res.once('close', () => socket.off('close', close));
}

/** Resolves with the port listened on; port 0 takes a free one. Rejects when the address cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve((server.address() as AddressInfo).port));
  });
}
