import { mkdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import pc from 'picocolors';
import { whenOrphaned } from './ancestors';
import { runCommand, serviceVariables } from './command';
import { socketIn, SOCKET_VARIABLE } from './control/find';
import { allReady } from './control/methods';
import { ControlServer } from './control/server';
import { follow, routesOf } from './follow';
import { JsonReport } from './json-report';
import { LiveReport } from './live-report';
import { readManifests } from './manifests';
import { PlainReport } from './plain-report';
import { Report } from './report';
import { Requests } from './requests';
import { Interrupted, Signals } from './signals';
import { Trial } from './try';
import { tryOut } from './try-out';
import { LocalCluster } from '../cluster';
import { ClusterEvent } from '../events';

/** The options of `up`, as the command line gives them. */
export interface UpOptions {
  /** Seconds. */
  readonly dnsCache?: number;
  readonly run?: Record<string, string>;
  readonly host?: Record<string, string>;
  /** A file. */
  readonly authorities?: string;
  readonly nginx?: string;
  /** A folder. */
  readonly data?: string;
  readonly try?: Trial;
  readonly requests: number;
  readonly once?: boolean;
  readonly json?: boolean;
  /** A path. */
  readonly socket?: string;
  /** What to run when all is ready, and its arguments. */
  readonly command?: readonly string[];
}

/** What a person should read; all other events show in the state of the pods. */
const TROUBLE = new Set(['problem', 'restarting', 'unhealthy', 'warning']);

/**
 * Runs manifests until Ctrl-C, or with `once` until all is ready and tried, or until a command ends. Answers the exit
 * code. Throws a sentence when something is wrong with the manifests or a pod does not become ready. Leaves nothing
 * behind in any case.
 */
export async function up(manifests: readonly string[], options: UpOptions): Promise<number> {
  const signals = new Signals();
  const report = newReport(manifests, options, signals);
  const stopWatching = whenOrphaned(() => signals.end('SIGTERM'));
  let cluster: LocalCluster | undefined;
  let control: ControlServer | undefined;
  let ready = false;
  try {
    const objects = await signals.or(readManifests(manifests));
    const start = Date.now();
    cluster = await signals.or(LocalCluster.start(objects, await clusterOptions(options, report)));
    const requests = new Requests(cluster);
    control = await openControl(cluster, requests, manifests, options.socket);
    follow(cluster, requests, report);
    if (options.try) cluster.pods(options.try.service); // throws at once where the Service is misspelt
    await signals.or(allReady(cluster));
    report.ready({ seconds: (Date.now() - start) / 1000, socket: control.socket });
    const verdict = options.try && await signals.or(tryOut(cluster, options.try, options.requests));
    report.print(verdict?.lines ?? []);
    if (options.command) return await runBeside(cluster, options.command, control.socket, signals);
    if (options.once) return verdict?.passed ?? true ? 0 : 1;
    ready = true;
    return await signals.or();
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      report.failed(error as Error);
      throw error;
    }
    // Ctrl-C is how people end what runs until Ctrl-C; anything that had an end of its own was cut short.
    return ready ? 0 : error.exitCode;
  } finally {
    // After `once` the verdict comes last, not a picture of what is being ended.
    report.close(!options.once);
    if (ready) report.print([pc.dim('ending all pods; Ctrl-C again does not wait for them')]);
    control?.close();
    await cluster?.stop();
    stopWatching();
    signals.close();
  }
}

async function clusterOptions(options: UpOptions, report: Report) {
  return {
    ...options.dnsCache === undefined ? {} : { dnsCache: { toMilliseconds: () => options.dnsCache! * 1000 } },
    commands: options.run ?? {},
    hosts: options.host,
    authorities: options.authorities === undefined ? undefined : await certificates(options.authorities),
    nginx: options.nginx,
    data: options.data,
    waitForReady: false,
    onEvent: (event: ClusterEvent) => tell(event, report),
  };
}

async function certificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`--authorities names ${file}, which cannot be read: ${(error as Error).message}`);
  }
}

function newReport(manifests: readonly string[], { json, command }: UpOptions, signals: Signals): Report {
  const title = `cdk8s-metaparticle up ${manifests.join(' ')}`;
  // A reader that went away (`… | head`) has seen enough. Where a command runs, its end is what counts.
  process.stdout.on('error', () => command || signals.end('SIGTERM'));
  process.stderr.on('error', () => {});
  const out = command ? process.stderr : process.stdout;
  if (json) return new JsonReport(out);
  const isLive = out.isTTY && process.env.TERM !== 'dumb' && !command;
  if (isLive) return new LiveReport(process.stdout, title, pc);
  const colors = command ? pc.createColors(pc.isColorSupported && out.isTTY) : pc;
  return new PlainReport(out, title, colors, command !== undefined);
}

function tell(event: ClusterEvent, report: Report): void {
  if (event.type === 'progress') report.progress(event);
  else if (TROUBLE.has(event.type)) report.note(event);
  report.changed();
}

async function openControl(
  cluster: LocalCluster, requests: Requests, manifests: readonly string[], named: string | undefined,
): Promise<ControlServer> {
  const socket = path.resolve(named ?? socketIn(cluster.folder));
  if (named === undefined) await mkdir(path.dirname(socket), { mode: 0o700 });
  return ControlServer.open(socket, cluster, requests, { pid: process.pid, manifests, folder: process.cwd() });
}

async function runBeside(
  cluster: LocalCluster, command: readonly string[], socket: string, signals: Signals,
): Promise<number> {
  const env = { ...process.env, ...serviceVariables(routesOf(cluster)), [SOCKET_VARIABLE]: socket };
  const { code, error } = await runCommand(command, env, signals, cluster);
  if (error) process.stderr.write(`${pc.red('error:')} ${error}: give a program that is on PATH, or its path\n`);
  return code;
}
