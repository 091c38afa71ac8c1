import { lstatSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { ask, NobodyAnswers } from './ask';
import type { Introduction } from './server';
import { CLUSTER_PREFIX, clustersFolder } from '../../folders';

/** Names a socket in the environment. */
export const SOCKET_VARIABLE = 'CDK8S_METAPARTICLE_SOCKET';

/** How long one may take to say who it is, in milliseconds: one that was stopped (SIGSTOP) says nothing. */
const PATIENCE = 1000;

/** Where a cluster has its socket, below its folder: in one of its own, since others may pass through that. */
export function socketIn(folder: string): string {
  return path.join(folder, 'control', 'socket');
}

/**
 * The socket to use: the one that is named, on the command line or in the environment, else that of the only `up` of
 * this user. Throws where there is none, or several, saying what to do.
 */
export async function findSocket(named = process.env[SOCKET_VARIABLE]): Promise<string> {
  if (named) {
    const stat = lstatSync(named, { throwIfNoEntry: false });
    if (!stat) throw new NobodyAnswers(`there is no socket ${named}: has its \`cdk8s-metaparticle up\` ended?`);
    if (stat.uid === process.getuid!()) return named;
    throw new Error(`the socket ${named} is somebody else's: give one of your own`);
  }
  const running = (await Promise.all(sockets().map(introduced))).flatMap((each) => each ?? []);
  if (running.length === 1) return running[0].socket;
  if (running.length === 0) {
    throw new NobodyAnswers('no `cdk8s-metaparticle up` of yours is running: start one, or name its socket with '
      + `--socket or ${SOCKET_VARIABLE}`);
  }
  const names = running.map(({ socket, title }) => `  --socket ${socket}  (${title})`);
  throw new Error(`${running.length} clusters of yours are running: say which, with one of\n${names.join('\n')}`);
}

/** Does somebody answer at this socket? */
export async function isAnswered(socket: string): Promise<boolean> {
  return await introduced(socket) !== undefined;
}

/** The sockets of clusters of this user, of those that were killed a moment ago too. */
function sockets(): string[] {
  const parent = clustersFolder();
  const names = readdirSync(parent).filter((name) => name.startsWith(CLUSTER_PREFIX));
  return names.map((name) => socketIn(path.join(parent, name))).filter(isOurs);
}

/** Another user may make such a folder too, and answer in it. */
function isOurs(socket: string): boolean {
  try {
    const folder = lstatSync(path.dirname(socket));
    return folder.isDirectory() && folder.uid === process.getuid!() && /00$/.test(folder.mode.toString(8))
      && lstatSync(socket).isSocket();
  } catch {
    return false; // it has none, or is being removed
  }
}

/** Who answers at a socket; undefined where nobody does. */
async function introduced(socket: string): Promise<{ socket: string; title: string } | undefined> {
  try {
    const { manifests, folder, pid }: Introduction = await ask(
      socket, { path: '/', signal: AbortSignal.timeout(PATIENCE) },
    );
    return { socket, title: `up ${manifests.join(' ')}, in ${folder}, process ${pid}` };
  } catch (error) {
    return error instanceof NobodyAnswers ? undefined : { socket, title: 'it does not say what it runs' };
  }
}
