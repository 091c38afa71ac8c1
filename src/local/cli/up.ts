import { readFile } from 'node:fs/promises';
import pc from 'picocolors';
import { follow } from './follow';
import { readManifests } from './manifests';
import { LiveReport, PlainReport, Report } from './report';
import { Interrupted, Signals } from './signals';
import { Attempt, judge, Trial, Verdict } from './try';
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
}

/** What a person should read; all other events show in the state of the pods. */
const TROUBLE = new Set(['problem', 'restarting', 'unhealthy', 'warning']);

/**
 * Runs manifests until Ctrl-C, or with `once` until all is ready and tried. Answers the exit code. Throws a sentence
 * when something is wrong with the manifests or a pod does not become ready. Leaves nothing behind in any case.
 */
export async function up(manifests: readonly string[], options: UpOptions): Promise<number> {
  const objects = await readManifests(manifests);
  const authorities = options.authorities === undefined ? undefined : await certificates(options.authorities);
  const signals = new Signals();
  // A reader that went away (`… | head`) has seen enough.
  process.stdout.on('error', () => signals.end('SIGTERM'));
  const report = newReport(manifests);
  let cluster: LocalCluster | undefined;
  let ready = false;
  try {
    const start = Date.now();
    cluster = await signals.or(LocalCluster.start(objects, {
      ...options.dnsCache === undefined ? {} : { dnsCache: { toMilliseconds: () => options.dnsCache! * 1000 } },
      commands: options.run ?? {},
      hosts: options.host,
      authorities,
      nginx: options.nginx,
      data: options.data,
      waitForReady: false,
      onEvent: (event) => tell(event, report),
    }));
    follow(cluster, report);
    if (options.try) cluster.pods(options.try.service); // throws at once where the Service is misspelt
    await signals.or(allReady(cluster));
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    report.print([pc.green(`✓ all ${cluster.pods().length} pods are ready after ${seconds} s`), '']);
    const verdict = options.try && await signals.or(tryOut(cluster, options.try, options.requests));
    report.print(verdict?.lines ?? []);
    if (options.once) return verdict?.passed ?? true ? 0 : 1;
    ready = true;
    return await signals.or();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // Ctrl-C is how people end what runs until Ctrl-C; anything that had an end of its own was cut short.
    return ready ? 0 : error.exitCode;
  } finally {
    // After `once` the verdict comes last, not a picture of what is being ended.
    report.close(!options.once);
    if (ready) process.stdout.write(pc.dim('ending all pods; Ctrl-C again does not wait for them\n'));
    await cluster?.stop();
    signals.close();
  }
}

async function certificates(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`--authorities names ${file}, which cannot be read: ${(error as Error).message}`);
  }
}

function newReport(manifests: readonly string[]): Report {
  const title = `cdk8s-metaparticle up ${manifests.join(' ')}`;
  const { stdout } = process;
  const isLive = stdout.isTTY && process.env.TERM !== 'dumb';
  return isLive ? new LiveReport(stdout, title, pc) : new PlainReport(stdout, title, pc);
}

function tell({ type, pod, message }: ClusterEvent, report: Report): void {
  if (type === 'progress') report.progress(message);
  else if (TROUBLE.has(type)) report.note(pod ? `pod ${pod}: ${message}` : message);
  report.changed();
}

/** Applying nothing waits for everything. */
async function allReady(cluster: LocalCluster): Promise<void> {
  await cluster.apply([]);
}

async function tryOut(cluster: LocalCluster, { service, path }: Trial, count: number): Promise<Verdict> {
  const { host, port } = cluster.address(service);
  const attempts: Attempt[] = [];
  while (attempts.length < count) attempts.push(await attempt(cluster, service, path));
  const served = new Set(attempts.map(({ pod }) => pod));
  const groups = new Set(cluster.pods().filter(({ name }) => served.has(name)).map(({ group }) => group));
  const replicas = cluster.pods()
    .filter(({ group, phase }) => groups.has(group) && phase === 'Running')
    .map(({ name }) => name);
  return judge(`http://${host}:${port}${path}`, attempts, replicas, pc);
}

async function attempt(cluster: LocalCluster, service: string, path: string): Promise<Attempt> {
  try {
    const response = await cluster.fetch(service, path);
    return { status: response.status, pod: cluster.servedBy(response)?.name, body: await response.text() };
  } catch (error) {
    return { body: '', error: (error as Error).message.split('\n')[0] };
  }
}
