import { readFileSync } from 'node:fs';

/** How often to look, in milliseconds. */
const LOOK = 250;

/** A process that runs this command line for somebody else: jsii's script in a wheel, npx, `sh -c`, timeout. */
const WRAPPER = /(^|[\s/'"])cdk8s-metaparticle(@\S+|\/lib\/local\/cli\.js)?['"]?\s+['"]?up['"]?(\s|$)/;

/** A process, told from a later one of the same number by when it was started. */
interface Ancestor { readonly pid: number; readonly started: string }

/**
 * Calls back when the process that wanted this one has ended: its parent, or, where that only wraps this command line,
 * a wrapper or the first process above that is none. A test run that was killed leaves nothing behind that way. Does
 * nothing where the parent is the first process of the machine already, or of the container. Answers what ends it.
 */
export function whenOrphaned(call: () => void): () => void {
  const parent = process.ppid;
  if (parent <= 1) return () => {};
  const above = ancestors(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && above.every(isAlive)) return;
    clearInterval(timer);
    call();
  }, LOOK).unref();
  return () => clearInterval(timer);
}

/** Those of this process and the wrappers above it, up to and including the first that is no wrapper. */
function ancestors(pid: number): Ancestor[] {
  const found: Ancestor[] = [];
  for (let next = pid; next > 1;) {
    const { parent, started } = statOf(next);
    if (started === undefined) break; // a process of somebody else's, which /proc may hide
    found.push({ pid: next, started });
    next = WRAPPER.test(commandLine(next)) ? parent : 0;
  }
  return found;
}

function isAlive({ pid, started }: Ancestor): boolean {
  return statOf(pid).started === started;
}

/** When a process was started, in the kernel's count; undefined once it has ended, also where nobody has noticed. */
function statOf(pid: number): { readonly parent: number; readonly started?: string } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name of the program, in parentheses, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const hasEnded = fields[0] === 'Z' || fields[0] === 'X';
    return { parent: Number(fields[1]), started: hasEnded ? undefined : fields[19] };
  } catch {
    return { parent: 0 };
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0/g, ' ');
  } catch {
    return '';
  }
}
