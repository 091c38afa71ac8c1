import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ContainerContext } from './container-context';
import { expand } from '../manifests/environment';
import { Command } from '../processes/process-group';

const run = promisify(execFile);

/** A container that docker or podman runs. */
export interface EngineHandle {
  /**
   * Sends a signal. Resolves to whether that worked: a container that is still being made has nobody to send it to.
   */
  readonly signal: (signal: NodeJS.Signals) => Promise<boolean>;
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
  public command(
    { spec, ip, mounts, env, pod, hostAliases }: ContainerContext, [mark, id]: readonly [string, string],
  ): Omit<Command, 'cwd'> {
    const [entrypoint, ...command] = (spec.command ?? []).map((each) => expand(each, env));
    const name = this.nameOf(pod, spec.name);
    const hosts = hostAliases.flatMap((alias) => (alias.hostnames ?? []).map((host) => `${host}:${alias.ip}`));
    const variables = Object.entries({ ...env, LISTEN_ADDRESS: '0.0.0.0' });
    return {
      argv: [
        this.program, 'run', '--rm', '--init', '--name', name, '--label', `${mark}=${id}`, '--hostname', pod,
        ...(spec.ports ?? []).flatMap(({ containerPort }) => ['--publish', `${ip}:${containerPort}:${containerPort}`]),
        ...hosts.flatMap((host) => ['--add-host', host]),
        ...mounts.flatMap(([path, local, readOnly]) => ['--volume', `${local}:${path}${readOnly ? ':ro' : ''}`]),
        ...variables.flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...spec.workingDir ? ['--workdir', spec.workingDir] : [],
        ...entrypoint ? ['--entrypoint', entrypoint] : [],
        spec.image, ...command, ...(spec.args ?? []).map((each) => expand(each, env)),
      ],
      // Of the client, which must find its daemon and its registries.
      env: { ...process.env as Record<string, string>, [mark]: id },
    };
  }

  /** What acts on a container that runs. */
  public handle(pod: string, container: string): EngineHandle {
    const name = this.nameOf(pod, container);
    return {
      signal: (signal) => {
        const other = signal === 'SIGCONT' ? ['unpause'] : ['kill', '--signal', signal];
        const verb = signal === 'SIGSTOP' ? ['pause'] : other;
        return run(this.program, [...verb, name], { env: process.env }).then(() => true, () => false);
      },
      exec: (argv) => [this.program, 'exec', name, ...argv],
    };
  }

  /** The same command, for a container that can be signalled by its name and found by its mark. */
  public named(
    [program, verb, ...rest]: readonly string[], pod: string, container: string,
    [mark, id]: readonly [string, string],
  ): string[] {
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
      await run(program, ['info'], { timeout: 5000, env: process.env });
      return new ContainerEngine(program);
    } catch {
      // not installed, or its daemon does not run
    }
  }
  return undefined;
}
