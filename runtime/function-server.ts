/** Runs a user's function in a pod: `node function-server.mjs /path/config.json`. */
import { contextOf, loadHandler, readConfig, StartError } from './function-server/config';
import { Exchange } from './function-server/exchange';
import { createAdminServer } from './shared/admin';
import { Drain } from './shared/drain';
import { createHttpServer, listen } from './shared/http-server';
import { captureConsole, createLog, Log } from './shared/log';
import { Metrics } from './shared/metrics';
import { RequestMetrics } from './shared/request-metrics';

async function main(log: Log, configFile: string | undefined): Promise<void> {
  const config = readConfig(configFile);
  const host = process.env.LISTEN_ADDRESS ?? '0.0.0.0';
  const page = new Metrics();
  const metrics = new RequestMetrics(page);
  const drain = new Drain({ log, drain: config.drain });
  drain.onSignals();
  surviveUserCode(log, metrics, drain);

  // first, so that probes are answered while a slow module loads
  let started = false;
  const admin = createAdminServer({ ready: () => started && !drain.draining, metrics: page });
  const adminPort = await listen(admin, config.adminPort, host);

  const handler = await loadHandler(configFile!, config.code);
  const options = { config, handler, context: contextOf(process.env), metrics, drain, log };
  const server = createHttpServer((req, res) => new Exchange(options, req, res).run());
  const port = await listen(server, config.port, host);
  drain.serve(server);
  started = true;
  log.info('listening', { host, port, adminPort, node: process.version });
}

/** What user code leaves behind outside of a request. */
function surviveUserCode(log: Log, metrics: RequestMetrics, drain: Drain): void {
  // a promise that nobody waited for: its request was answered, and the others are unharmed
  process.on('unhandledRejection', (error) => {
    metrics.errors.inc('unhandledRejection');
    log.error('a promise was rejected and nobody handles it', { error });
  });
  // a callback that threw: what it left half done is unknown, so the requests at hand are answered and a new process takes over
  process.on('uncaughtException', (error) => {
    metrics.errors.inc('uncaughtException');
    log.error('an exception was not caught: the pod drains and restarts', { error });
    drain.begin('uncaughtException', 1);
  });
}

const podLog = createLog({ pod: process.env.POD_NAME });
captureConsole(podLog);
// a collector that went away is no reason to stop
process.stdout.on('error', () => {});
main(podLog, process.argv[2]).catch((error) => {
  podLog.error(error instanceof StartError ? error.message : 'the pod cannot start', { error: error instanceof StartError ? error.cause : error });
  process.exit(1);
});
