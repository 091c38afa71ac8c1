import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Connection } from './connection';
import type { FunctionServerConfig } from '../../src/contract';
import { understood } from '../../src/local/images/node-image';

/** The bundled programs: what pods run. */
const ASSETS = join(__dirname, '../../assets');
/** Another Node than this one, to try the program with: `POD_NODE=/path/to/node npx jest test/runtime`. */
export const NODE = process.env.POD_NODE ?? process.execPath;
export const VERSION = execFileSync(NODE, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
const DEFAULTS: FunctionServerConfig = {
  port: 0,
  adminPort: 0,
  code: 'handler.mjs',
  maxBodySize: 1_000_000,
  maxHeldSize: 50_000_000,
  maxConcurrency: 100,
  timeout: 10_000,
  drain: 10_000,
};

export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly pod: string;
  readonly stack?: string;
  readonly [name: string]: unknown;
}

export interface ServeOptions {
  readonly config?: Partial<FunctionServerConfig>;
  readonly env?: NodeJS.ProcessEnv;
  /** Further files beside the handler. */
  readonly files?: Record<string, string>;
  readonly pod?: PodParts;
}

/** What else a pod has. */
export interface PodParts {
  /** Files of assets/ beside the program. */
  readonly beside?: readonly string[];
  /** A folder that it may write. */
  readonly writable?: string;
}

/** A program of ours as a process, in folders like a pod's. */
export class PodProcess {
  public readonly lines: LogLine[] = [];
  /** What standard error and unparsable output said: empty in a good run. */
  public noise = '';
  public readonly exited: Promise<number | null>;
  private readonly child;
  private readonly folder = mkdtempSync(join(tmpdir(), 'pod-process-'));
  private readonly waiting = new Set<() => void>();

  /**
   * @param file the program
   * @param files what stands beside its configuration
   * @param env `$CODE` in its values is the folder of these files
   */
  constructor(
    file: string, config: object, files: Record<string, string>, env: NodeJS.ProcessEnv = {},
    { beside = [], writable }: PodParts = {},
  ) {
    const program = this.mount('program', Object.fromEntries([file, ...beside].map((each) => [each, undefined])));
    const code = this.mount('code', { 'config.json': JSON.stringify(config), ...files });
    this.child = spawn(NODE, [join(program, file), join(code, 'config.json')], {
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: understood([
          '--permission', `--allow-fs-read=${program}`, `--allow-fs-read=${code}`,
          ...writable ? [`--allow-fs-read=${writable}`, `--allow-fs-write=${writable}`] : [],
          '--disable-warning=ExperimentalWarning',
        ], VERSION).join(' '),
        LISTEN_ADDRESS: '127.0.0.1',
        POD_NAME: 'web-backend-0',
        ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value?.replace('$CODE', code)])),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface(this.child.stdout).on('line', (line) => this.onLine(line));
    this.child.stderr.on('data', (data) => { this.noise += data; });
    this.exited = new Promise((resolve) => this.child.once('close', (code_) => {
      rmSync(this.folder, { recursive: true, force: true });
      this.wake();
      resolve(code_);
    }));
  }

  public get pid(): number {
    return this.child.pid!;
  }

  public get port(): number {
    return this.lines.find((line) => line.message === 'listening')!.port as number;
  }

  public get adminPort(): number {
    return this.lines.find((line) => line.message === 'listening')!.adminPort as number;
  }

  /** The first line, old or new, that matches. Rejects when the process ends without it. */
  public async logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const line = this.lines.find(matches);
      if (line) return line;
      if (this.child.stdout.closed) {
        throw new Error(`the line never came: ${this.noise}${JSON.stringify(this.lines, undefined, 1)}`);
      }
      await new Promise<void>((resolve) => this.waiting.add(resolve));
    }
  }

  public fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, init);
  }

  public admin(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.adminPort}${path}`);
  }

  /** The value of a metric, by its name with labels. */
  public async metric(name: string): Promise<number> {
    const page = await (await this.admin('/metrics')).text();
    return Number(page.split('\n').find((line) => line.startsWith(name + ' '))?.slice(name.length + 1) ?? NaN);
  }

  /** A connection that a test writes bytes to. */
  public connect(): Promise<Connection> {
    return Connection.open(this.port);
  }

  public signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  public async close(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited;
  }

  /** A folder of files as Kubernetes mounts a ConfigMap: links into `..data`, which is a link itself. */
  private mount(name: string, files: Record<string, string | undefined>): string {
    const folder = join(this.folder, name);
    mkdirSync(join(folder, '..2024_01_01'), { recursive: true });
    symlinkSync('..2024_01_01', join(folder, '..data'));
    for (const [file, text] of Object.entries(files)) {
      if (text === undefined) copyFileSync(join(ASSETS, file), join(folder, '..data', file));
      else writeFileSync(join(folder, '..data', file), text);
      symlinkSync(join('..data', file), join(folder, file));
    }
    return folder;
  }

  private onLine(line: string): void {
    try {
      this.lines.push(JSON.parse(line));
    } catch {
      this.noise += line + '\n';
    }
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
    this.waiting.clear();
  }
}

const ofFile = new Set<PodProcess>();
const ofTest = new Set<PodProcess>();
let inTest = false;

/** Has a process end with the test, or, in a `beforeAll`, with the file. */
export function ends(server: PodProcess): PodProcess {
  (inTest ? ofTest : ofFile).add(server);
  return server;
}

/** Starts a function server. `source` is the whole module of the handler. */
export function launch(source: string, options: ServeOptions = {}): PodProcess {
  const files = { 'handler.mjs': source, ...options.files };
  const config = { ...DEFAULTS, ...options.config };
  return ends(new PodProcess('function-server.mjs', config, files, options.env, options.pod));
}

/** Starts a server and waits until it listens. `handler` is the source of a function. */
export async function serve(handler: string, options: ServeOptions = {}): Promise<PodProcess> {
  const server = launch(`export default ${handler};`, options);
  await server.logged((line) => line.message === 'listening');
  return server;
}

async function closeAll(servers: Set<PodProcess>): Promise<void> {
  const closing = [...servers];
  servers.clear();
  for (const server of closing) await server.close();
  // anything that is not a JSON line on standard output is a bug, whatever the test was about
  expect(closing.map((server) => server.noise).join('')).toBe('');
}

beforeEach(() => { inTest = true; });
afterEach(() => {
  inTest = false;
  return closeAll(ofTest);
});
afterAll(() => closeAll(ofFile));
