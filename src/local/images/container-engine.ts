import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ContainerContext } from './container-context';
import { Way } from '../binaries/search';
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

/** docker or podman, for images that no program of this machine runs. */
export class ContainerEngine {
  public constructor(public readonly program: string) {}

  /**
   * The command that runs a container in the foreground, its ports published on the pod's address. A container is
   * behind a bridge, so the names of the cluster do not work inside it.
   */
  public command(
    { id, hostname, spec, ip, mounts, env, hostAliases }: ContainerContext, [mark, cluster]: readonly [string, string],
  ): Omit<Command, 'cwd'> {
    const [entrypoint, ...command] = (spec.command ?? []).map((each) => expand(each, env));
    const hosts = hostAliases.flatMap((alias) => (alias.hostnames ?? []).map((host) => `${host}:${alias.ip}`));
    const variables = Object.entries({ ...env, LISTEN_ADDRESS: '0.0.0.0' });
    return {
      argv: [
        this.program, 'run', '--rm', '--init', '--name', id, '--label', `${mark}=${cluster}`, '--hostname', hostname,
        ...(spec.ports ?? []).flatMap(({ containerPort }) => ['--publish', `${ip}:${containerPort}:${containerPort}`]),
        ...hosts.flatMap((host) => ['--add-host', host]),
        ...mounts.flatMap(([path, local, readOnly]) => ['--volume', `${local}:${path}${readOnly ? ':ro' : ''}`]),
        ...variables.flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...spec.workingDir ? ['--workdir', spec.workingDir] : [],
        ...entrypoint ? ['--entrypoint', entrypoint] : [],
        spec.image, ...command, ...(spec.args ?? []).map((each) => expand(each, env)),
      ],
      // Of the client, which must find its daemon and its registries.
      env: { ...process.env as Record<string, string>, [mark]: cluster },
    };
  }

  /** What acts on a container that runs. */
  public handle(id: string): EngineHandle {
    return {
      signal: (signal) => {
        const other = signal === 'SIGCONT' ? ['unpause'] : ['kill', '--signal', signal];
        const verb = signal === 'SIGSTOP' ? ['pause'] : other;
        return run(this.program, [...verb, id], { env: process.env }).then(() => true, () => false);
      },
      exec: (argv) => [this.program, 'exec', id, ...argv],
    };
  }

  /** The same command, for a container that can be signalled by its name and found by its mark. */
  public named(
    [program, verb, ...rest]: readonly string[], id: string, [mark, cluster]: readonly [string, string],
  ): string[] {
    return [program, verb, '--name', id, '--label', `${mark}=${cluster}`, ...rest];
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

/** The same, as the last way to run an image that programs of this machine may run too. */
export const BY_ENGINE: Way<ContainerEngine> = ['docker and podman', async () => {
  const engine = await findEngine();
  if (!engine) throw new Error('neither works here');
  return engine;
}];
