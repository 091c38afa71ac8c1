import type { Server } from 'node:http';
import { createHttpServer } from './http-server';
import type { Metrics } from './metrics';
import { Problem } from './problem';
import { sendProblem } from './send-problem';

/** What the admin port answers from. */
export interface AdminOptions {
  /** Whether requests are welcome now. */
  readonly ready: () => boolean;
  readonly metrics: Metrics;
}

/**
 * The port for probes and Prometheus: one of its own, so that no router leads to it and a full request port
 * does not fail a probe.
 */
export function createAdminServer(options: AdminOptions): Server {
  return createHttpServer((req, res) => {
    const text = (status: number, body: string, type = 'text/plain; charset=utf-8') => (
      res.writeHead(status, { 'content-type': type }).end(body)
    );
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      return sendProblem(res, new Problem(405, 'the admin port answers GET and HEAD', ['allow', 'GET, HEAD']));
    }
    switch (req.url?.split('?', 1)[0]) {
      case '/healthz': return text(200, 'ok\n');
      case '/readyz': return options.ready() ? text(200, 'ok\n') : text(503, 'starting or draining\n');
      case '/metrics': return text(200, options.metrics.render(), 'text/plain; version=0.0.4; charset=utf-8');
      default: return sendProblem(res, new Problem(404, 'the admin port has /healthz, /readyz and /metrics'));
    }
  });
}
