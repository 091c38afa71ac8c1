import { createServer, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How many connections may wait until the program accepts them. */
export const BACKLOG = 1024;

/** A server for requests, as strict as node:http is by default, with every limit stated. */
export function createHttpServer(listener: RequestListener): Server {
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
  }, listener);
  // with a listener for it, Node asks for a body only when the program reads it: a refused one is never sent
  server.on('checkContinue', listener);
  return server;
}

/** Resolves with the port listened on; port 0 takes a free one. Rejects when the address cannot be had. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: BACKLOG }, () => resolve((server.address() as AddressInfo).port));
  });
}
