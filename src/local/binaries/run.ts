import { spawn } from 'node:child_process';

/** How a program ended: its exit code, and what it wrote. */
export interface Outcome { readonly code: number | null; readonly stdout: string; readonly stderr: string }

export interface RunOptions {
  /** Milliseconds after which the program is ended and the promise rejects. */
  readonly timeout: number;
  /** @default - that of this process */
  readonly env?: NodeJS.ProcessEnv;
  /** Told each line of the standard output as it comes. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end. Rejects with a sentence when it cannot be started or takes too long; any exit code is an
 * outcome.
 */
export function run([program, ...args]: readonly string[], { timeout, env, onLine }: RunOptions): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      // C: what programs say is read here, in English.
      env: { ...(env ?? process.env), LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    const timer = setTimeout(() => {
      end();
      reject(new Error(`\`${[program, ...args].join(' ')}\` did not end within ${timeout / 1000} s`));
    }, timeout);
    const written = { stdout: '', stderr: '' };
    let line = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written.stdout += text;
      if (!onLine) return;
      const lines = (line + text).split('\n');
      line = lines.pop()!;
      lines.forEach(onLine);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => { written.stderr += text; });
    child.once('error', (error: NodeJS.ErrnoException) => {
      done();
      const reason = error.code === 'ENOENT' ? 'there is no such program' : error.message;
      reject(new Error(`\`${program}\` cannot be started (${reason})`));
    });
    child.once('close', (code) => {
      done();
      resolve({ code, ...written });
    });
    function done() {
      clearTimeout(timer);
      process.off('exit', end);
    }
  });
}

/** Runs a program that must succeed. Throws a sentence with the last thing it wrote when it does not. */
export async function runOrThrow(command: readonly string[], options: RunOptions): Promise<Outcome> {
  const outcome = await run(command, options);
  if (outcome.code !== 0) throw new Error(`\`${command.slice(0, 2).join(' ')}\` failed: ${complaint(outcome)}`);
  return outcome;
}

/** The line of a failed program that most likely says why. */
export function complaint({ code, stdout, stderr }: Outcome): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim()).filter(Boolean);
  return lines.find((line) => /^(E:|nginx: )|\[emerg\]|error/i.test(line))
    ?? lines.at(-1)
    ?? `it ended with exit code ${code}`;
}

/** The first line of what a program said, for an error. */
export function quoted(said: string): string {
  return JSON.stringify(said.trim().split('\n')[0].slice(0, 80));
}
