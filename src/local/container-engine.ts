import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { ContainerContext } from './images';
import { Command } from './process-group';

const run = promisify(execFile);

/** A container that docker or podman runs. */
export interface EngineHandle {
  /** Sends a signal; `docker run` passes on what it gets, but neither SIGKILL nor SIGSTOP nor SIGCONT. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** The command that runs another one inside the container. */
  readonly exec: (argv: readonly string[]) => string[];
}

/** docker or podman, for images that are neither nginx nor node. */
export class ContainerEngine {
  public constructor(public readonly program: string) {}

  /**
   * The command that runs a container in the foreground, its ports published on the pod's address. A container is
   * behind a bridge, so the names of the cluster do not work inside it.
   */
  public command({ spec, ip, folder, mounts, env, pod }: ContainerContext, [mark, id]: readonly [string, string]): Omit<Command, 'cwd'> {
    const [entrypoint, ...command] = spec.command ?? [];
    const name = this.nameOf(pod, spec.name);
    return {
      argv: [
        this.program, 'run', '--rm', '--init', '--name', name, '--label', `${mark}=${id}`, '--hostname', pod,
        ...(spec.ports ?? []).flatMap(({ containerPort }) => ['--publish', `${ip}:${containerPort}:${containerPort}`]),
        ...mounts.flatMap(([path, local]) => ['--volume', `${local}:${path}`]),
        ...Object.entries({ ...env, LISTEN_ADDRESS: '0.0.0.0' }).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...spec.workingDir ? ['--workdir', spec.workingDir] : [],
        ...entrypoint ? ['--entrypoint', entrypoint] : [],
        spec.image, ...command, ...spec.args ?? [],
      ],
      env: { PATH: process.env.PATH ?? '', HOME: folder, [mark]: id },
    };
  }

  /** What acts on a container that runs. */
  public handle(pod: string, container: string): EngineHandle {
    const name = this.nameOf(pod, container);
    return {
      signal: (signal) => {
        const verb = signal === 'SIGSTOP' ? ['pause'] : signal === 'SIGCONT' ? ['unpause'] : ['kill', '--signal', signal];
        spawn(this.program, [...verb, name], { stdio: 'ignore' }).on('error', () => {}).unref();
      },
      exec: (argv) => [this.program, 'exec', name, ...argv],
    };
  }

  /** The same command, for a container that can be signalled by its name and found by its mark. */
  public named([program, verb, ...rest]: readonly string[], pod: string, container: string, [mark, id]: readonly [string, string]): string[] {
    return [program, verb, '--name', this.nameOf(pod, container), '--label', `${mark}=${id}`, ...rest];
  }

  private nameOf(pod: string, container: string): string {
    return `${pod}-${container}`;
  }
}

/** The engine that a command such as `docker run nginx` goes through. */
export function engineOf(command: readonly string[]): ContainerEngine | undefined {
  return command[1] === 'run' ? new ContainerEngine(command[0]) : undefined;
}

/** The first of docker and podman that answers. */
export async function findEngine(): Promise<ContainerEngine | undefined> {
  for (const program of ['docker', 'podman']) {
    try {
      await run(program, ['info'], { timeout: 5000 });
      return new ContainerEngine(program);
    } catch {
      // not installed, or its daemon does not run
    }
  }
  return undefined;
}
