import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ContainerContext } from './container-context';
import { majorOf, nodeCommand, nodeOptions } from './node-image';
import { asset } from '../assets';
import { Node } from '../binaries/node';

/** Runs containers of the node image. */
export class NodeRunner {
  /**
   * @param folder the cluster's
   * @param find finds a Node that has node:sqlite; of this major, where it must be downloaded
   */
  public constructor(
    private readonly folder: string, private readonly find: (major: number | undefined) => Promise<Node>,
  ) {}

  /** How to run a container whose whole environment is given. */
  public async process(context: ContainerContext, env: Record<string, string>, argv: readonly string[]) {
    const { spec, sqlite } = context;
    // That of this process is there already, and does unless a program needs more.
    const { program, version } = sqlite
      ? await this.withSqlite(spec.image)
      : { program: process.execPath, version: process.versions.node };
    return {
      argv: nodeCommand(argv, spec.command !== undefined, program),
      env: {
        ...env,
        // Probes, hooks and `sh -c` lines call it by its name.
        ...sqlite ? { PATH: `${dirname(program)}:${env.PATH}` } : {},
        NODE_OPTIONS: await this.options(context, version, env.NODE_OPTIONS),
      },
    };
  }

  /** A Node that has node:sqlite, alone in a folder, where it is called `node`. */
  public async withSqlite(image: string): Promise<Node> {
    const { program, version } = await this.find(majorOf(image));
    const link = join(this.folder, `node-${version}`, 'node');
    await mkdir(dirname(link), { recursive: true });
    await symlink(program, link).catch(() => {}); // there since the last time
    return { program: link, version };
  }

  /** NODE_OPTIONS with which a Node of that version finds itself in a pod. */
  public async options(
    { folder, namespace, ip, dns, hostname, fullName, hostAliases }: ContainerContext, version: string, declared = '',
  ): Promise<string> {
    // A copy, in a folder that a guarded program may read: beside it stands what it must know of the pod.
    const preload = join(folder, 'preload');
    await mkdir(preload, { recursive: true });
    await copyFile(asset('local-node-preload.cjs'), join(preload, 'main.cjs'));
    const own = { ip, hostnames: fullName ? [fullName, hostname] : [hostname] };
    const pod = { server: dns, namespace, address: ip, hostAliases: [own, ...hostAliases] };
    await writeFile(join(preload, 'pod.json'), JSON.stringify(pod));
    return nodeOptions(declared, join(preload, 'main.cjs'), version);
  }
}
