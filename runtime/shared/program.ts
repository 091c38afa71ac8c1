import type { IncomingMessage, ServerResponse } from 'node:http';
import { createAdminServer } from './admin';
import { StartError } from './config';
import { Drain } from './drain';
import type { ExchangeOptions } from './exchange';
import { createHttpServer, listen } from './http-server';
import { captureConsole, createLog, Log } from './log';
import { Metrics } from './metrics';
import { RequestMetrics } from './request-metrics';

/** What a program has besides its configuration. */
export interface ProgramParts extends Pick<ExchangeOptions, 'metrics' | 'drain' | 'log'> {
  /** The path of the configuration: the user's code stands beside it. */
  readonly configFile: string;
  /** The metrics page. */
  readonly page: Metrics;
}

/** A program that answers requests in a pod. */
export interface Program<Config> {
  /** Reads the configuration. */
  readonly configure: (file: string) => Config;
  /** Gets ready, and returns what answers requests. */
  readonly start: (
    config: Config, parts: ProgramParts,
  ) => Promise<(req: IncomingMessage, res: ServerResponse) => void>;
}

interface ServerConfig {
  readonly port: number;
  readonly adminPort: number;
  readonly maxConcurrency: number;
  readonly drain: number;
}

/** Runs a program: `node program.mjs /path/config.json`. */
export function run(program: Program<ServerConfig & any>): void {
  const log = createLog({ pod: process.env.POD_NAME });
  captureConsole(log);
  // a collector that went away is no reason to stop
  process.stdout.on('error', () => {});
  main(program, log, process.argv[2]).catch((error) => {
    if (error instanceof StartError) log.error(error.message, { error: error.cause });
    else log.error('the pod cannot start', { error });
    process.exit(1);
  });
}

async function main(program: Program<ServerConfig>, log: Log, configFile: string | undefined): Promise<void> {
  if (configFile === undefined) {
    throw new StartError('the path of the configuration is missing: node program.mjs /path/config.json');
  }
  const config = program.configure(configFile);
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

  const listener = await program.start(config, { configFile, page, metrics, drain, log });
  // some more than requests: those whose head or body is on its way, and those that are kept alive
  const server = createHttpServer(listener, { maxConnections: config.maxConcurrency + 1_000 });
  const port = await listen(server, config.port, host);
  drain.setServer(server);
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
  // a callback that threw: what it left half done is unknown, so the requests at hand are answered and a
  // new process takes over
  process.on('uncaughtException', (error) => {
    metrics.errors.inc('uncaughtException');
    log.error('an exception was not caught: the pod drains and restarts', { error });
    drain.begin('uncaughtException', 1);
  });
}
