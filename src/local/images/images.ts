import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { ContainerContext } from './container-context';
import { ContainerEngine, EngineHandle, engineOf, findEngine } from './container-engine';
import { imageKind } from './image-kind';
import { nginxCommand } from './nginx-image';
import { NodeRunner } from './node-runner';
import { PathMapping } from './path-mapping';
import { commandScript } from './scripts';
import { importsSqlite } from './sqlite';
import { DATA, valkeyCommand, valkeyScripts } from './valkey-image';
import { Nginx } from '../binaries/nginx';
import { Node } from '../binaries/node';
import { Valkey } from '../binaries/valkey';
import { expand } from '../manifests/environment';
import { namespaceOf, titleOf } from '../manifests/kube';
import { ObjectStore } from '../manifests/object-store';
import { Trace } from '../processes/descendants';
import { Command } from '../processes/process-group';

/** How to run images: a command for each; text goes through `sh -c`. */
export type Commands = Readonly<Record<string, string | readonly string[]>>;

/** How a container runs on this machine. */
export interface Launch extends Command {
  /** What ends it gracefully. */
  readonly stopSignal: NodeJS.Signals;
  /** A user's command may be a shell or a script runner, which pass no signal on: all its processes get it. */
  readonly signalsAll: boolean;
  /** How its processes are known. */
  readonly trace: Trace;
  /** Puts local paths in the place of mount paths. */
  readonly map: (value: string) => string;
  /** Set when it runs in a real container. */
  readonly engine?: EngineHandle;
}

/** The variable that names a container to all its processes. */
const CONTAINER = 'CDK8S_METAPARTICLE_CONTAINER';

/** Where the parts are that a container is run with. */
export interface ImageRunnerOptions {
  readonly commands: Commands;
  /** Certificates of authorities that are trusted besides those of the images, in PEM. */
  readonly authorities: string;
  readonly folder: string;
  /** `NAME=value`, which marks everything that the cluster starts. */
  readonly mark: readonly [string, string];
  readonly findNginx: () => Promise<Nginx>;
  /** Finds a Node that has node:sqlite; of this major, where it must be downloaded. */
  readonly findNode: (major: number | undefined) => Promise<Node>;
  /** Finds what runs Valkey: itself, or a container. */
  readonly findValkey: () => Promise<Valkey | ContainerEngine>;
}

/** Knows how to run the image of a container as a process of this machine. */
export class ImageRunner {
  private readonly bin: string;
  private readonly node: NodeRunner;
  private nginx?: Promise<Nginx>;
  private engine?: ContainerEngine;

  public constructor(private readonly options: ImageRunnerOptions) {
    this.bin = join(options.folder, 'bin');
    this.node = new NodeRunner(options.folder, options.findNode);
  }

  /** The container engine in use, if any. */
  public get engineInUse(): string | undefined { return this.engine?.program; }

  /**
   * Finds what the containers of these objects need, once for the cluster. Throws when an image cannot be run, naming
   * it and the ways out.
   */
  public async prepare(store: ObjectStore): Promise<void> {
    await mkdir(this.bin, { recursive: true });
    const { authorities } = this.options;
    if (authorities) await writeFile(this.authorities, authorities);
    await symlink(process.execPath, join(this.bin, 'node')).catch(() => {}); // there since the last time
    for (const workload of store.workloads()) {
      const { spec } = workload.spec.template;
      for (const container of [...spec.initContainers ?? [], ...spec.containers]) {
        await this.prepareImage(container.image, titleOf(workload), () => {
          return importsSqlite(container, spec, namespaceOf(workload), store);
        });
      }
    }
  }

  /** The file of those that are trusted besides. */
  private get authorities(): string {
    return join(this.options.folder, 'authorities.pem');
  }

  private async prepareImage(image: string, owner: string, sqlite: () => boolean): Promise<void> {
    if (this.commandFor(image)) return;
    switch (imageKind(image)) {
      case 'node':
        if (sqlite()) await this.node.withSqlite(image);
        return;
      case 'nginx': {
        const { command } = await this.findNginx();
        this.engine ??= engineOf(command);
        await this.addPrograms({ nginx: commandScript(command) });
        return;
      }
      case 'valkey': {
        const found = await this.options.findValkey();
        if (found instanceof ContainerEngine) this.engine ??= found;
        else await this.addPrograms(valkeyScripts(found));
        return;
      }
      default: await this.requireEngine(image, owner);
    }
  }

  /** Programs that `sh -c` lines and exec probes call by name. */
  private async addPrograms(scripts: Readonly<Record<string, string>>): Promise<void> {
    await Promise.all(Object.entries(scripts).map(([name, text]) => {
      return writeFile(join(this.bin, name), text, { mode: 0o755 });
    }));
  }

  private async requireEngine(image: string, owner: string): Promise<void> {
    this.engine ??= await findEngine();
    if (this.engine) return;
    throw new Error(`${owner} runs the image ${image}, and neither docker nor podman works here: name a command that `
      + `runs it, with commands: { '${image}': 'node server.js' } in the options of LocalCluster or `
      + `--run '${image}=node server.js' on the command line, or install one of them; only nginx, node, valkey and `
      + 'redis run without');
  }

  /** How to start a container. Does what the image's entrypoint does first. */
  public async launch(context: ContainerContext): Promise<Launch> {
    const { spec, ip } = context;
    const mapping = new PathMapping(context.mounts);
    const own = { LISTEN_ADDRESS: ip, HOSTNAME: context.hostname };
    const env: Record<string, string> = { ...this.baseEnvironment(context), ...mapped(context.env, mapping), ...own };
    const map = (value: string) => mapping.map(value);
    // An argument may say where to listen as well as the environment does.
    const variables = context.env.LISTEN_ADDRESS === undefined ? context.env : { ...context.env, LISTEN_ADDRESS: ip };
    const given = (values: readonly string[] = []) => values.map((each) => map(expand(each, variables)));
    const argv = [...given(spec.command), ...given(spec.args)];
    const cwd = (spec.workingDir && mapping.locate(spec.workingDir)) || context.folder;
    const trace = { mark: `${CONTAINER}=${env[CONTAINER]}`, folder: context.folder };
    const common = { env, cwd, map, trace, stopSignal: 'SIGTERM', signalsAll: false } as const;
    const command = this.commandFor(spec.image);
    if (command) {
      return { ...common, ...await this.userCommand(command, given(spec.args), context, env), signalsAll: true };
    }
    switch (imageKind(spec.image)) {
      case 'nginx':
        return { ...common, ...await this.nginxProcess({ ...context, env }, argv, mapping), stopSignal: 'SIGQUIT' };
      case 'node': return { ...common, ...await this.node.process(context, env, argv) };
      case 'valkey': {
        const found = await this.options.findValkey();
        if (found instanceof ContainerEngine) return { ...common, ...this.container(found, context) };
        const folder = mapping.locate(spec.workingDir ?? DATA) ?? context.folder;
        return { ...common, argv: valkeyCommand(argv, spec.command !== undefined, env), cwd: folder };
      }
      default: return { ...common, ...this.container(this.engine!, context) };
    }
  }

  private container(engine: ContainerEngine, context: ContainerContext) {
    return { ...engine.command(context, this.options.mark), engine: engine.handle(context.id) };
  }

  private async userCommand(
    command: string | readonly string[], args: string[], context: ContainerContext, env: Record<string, string>,
  ): Promise<Command> {
    const port = context.spec.ports?.[0]?.containerPort;
    return {
      argv: typeof command === 'string' ? ['/bin/sh', '-c', command, 'sh', ...args] : [...command, ...args],
      env: {
        ...env,
        // It is a command of this machine, and is looked for and run as the developer would.
        PATH: `${process.env.PATH ?? ''}:${this.bin}`,
        HOME: homedir(),
        POD_IP: context.ip,
        ...port === undefined ? {} : { PORT: String(port) },
        NODE_OPTIONS: await this.node.options(context, process.versions.node, env.NODE_OPTIONS),
      },
      cwd: process.cwd(),
    };
  }

  private async nginxProcess(context: ContainerContext, argv: string[], mapping: PathMapping) {
    const nginx = await this.findNginx();
    const engine = engineOf(nginx.command);
    const { authorities } = this.options;
    if (!engine) return nginxCommand(nginx, { ...context, authorities }, argv, mapping);
    const command = engine.named(nginx.command, context.id, this.options.mark);
    return {
      ...await nginxCommand({ ...nginx, command }, { ...context, authorities }, argv, mapping),
      engine: engine.handle(context.id),
    };
  }

  private baseEnvironment({ id, mounts, folder, dns }: ContainerContext): Record<string, string> {
    const [name, value] = this.options.mark;
    const temporary = new PathMapping(mounts).locate('/tmp');
    return {
      PATH: [
        this.bin, dirname(process.execPath),
        '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin',
      ].join(':'),
      HOME: folder,
      [name]: value,
      [CONTAINER]: id,
      CLUSTER_DNS: dns,
      ...temporary ? { TMPDIR: temporary } : {},
      ...this.options.authorities && { NODE_EXTRA_CA_CERTS: this.authorities },
      // Without it some installations' programs do not start at all.
      ...process.env.LD_LIBRARY_PATH ? { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH } : {},
    };
  }

  private async findNginx(): Promise<Nginx> {
    this.nginx ??= this.options.findNginx();
    return this.nginx;
  }

  /** By the whole image, else by the image without tag and digest. */
  private commandFor(image: string): string | readonly string[] | undefined {
    const { commands } = this.options;
    return commands[image] ?? commands[image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')];
  }
}

function mapped(env: Record<string, string>, mapping: PathMapping): Record<string, string> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, mapping.map(value)]));
}
