import { ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
/** Two folders below the package, like its source: from there it finds assets. */
const BUNDLE = path.join(ROOT, 'node_modules/.cache/cdk8s-metaparticle-cli.cjs');
/** How the command line is called. */
export const CLI = [process.execPath, BUNDLE];
/** Present in the environment of everything a run starts, and unlike that of any other run. */
const MARK = 'CLI_TEST_RUN';

let isBundled = false;

/**
 * Bundles the command line of today's source. Run by tsx it would have a child that outlives it by a moment: the
 * service of esbuild.
 */
function bundle(): void {
  if (isBundled) return;
  isBundled = true;
  const own = `${BUNDLE}.${process.pid}`;
  const esbuild = path.join(ROOT, 'node_modules/.bin/esbuild');
  const options = ['--bundle', '--platform=node', '--log-level=warning', `--outfile=${own}`];
  execFileSync(esbuild, [path.join(ROOT, 'src/local/cli.ts'), ...options]);
  renameSync(own, BUNDLE); // another test file may be running it
}

/** The command line as a real process, in a folder of its own. */
export class CommandLine {
  public static async create(): Promise<CommandLine> {
    bundle();
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cli-test-'));
    await fs.mkdir(path.join(folder, 'tmp'));
    return new CommandLine(folder);
  }

  /** All that it has printed, whichever way. */
  public output = '';
  /** What of it went to the standard output. */
  public standardOutput = '';
  /** In the environment of all it starts; manifests hand it on to their pods. */
  public readonly mark: string;
  private child?: ChildProcess;
  private closed?: Promise<unknown>;

  private constructor(public readonly folder: string) {
    this.mark = path.basename(folder);
  }

  /** Another process of the command line, in the same folder. */
  public beside(): CommandLine {
    return new CommandLine(this.folder);
  }

  /** Writes a file, folders included, and answers its path. */
  public async write(name: string, text: string): Promise<string> {
    const file = path.join(this.folder, name);
    await fs.mkdir(path.dirname(file), { recursive: true });
    await fs.writeFile(file, text);
    return file;
  }

  /**
   * Starts it.
   * @param terminal whether it is given a terminal instead of pipes
   * @param program how it is called; its source without it
   * @param cwd where; in the folder of its own without it
   */
  public start(
    args: string[], { terminal = false, env = {} as Record<string, string>, program = CLI, cwd = this.folder } = {},
  ): this {
    const command = terminal
      ? [
        'script',
        '--quiet',
        '--return',
        '--flush',
        '--command',
        `stty rows 30 cols 100; exec ${[...program, ...args].map((each) => `'${each}'`).join(' ')}`,
        '/dev/null',
      ]
      : [...program, ...args];
    this.output = '';
    this.standardOutput = '';
    this.child = spawn(command[0], command.slice(1), {
      cwd,
      env: {
        ...process.env,
        TMPDIR: path.join(this.folder, 'tmp'),
        [MARK]: this.mark,
        ...terminal ? { TERM: 'xterm' } : {},
        NO_COLOR: '1',
        ...env,
      },
    });
    this.closed = once(this.child, 'close');
    const collect = (chunk: Buffer) => { this.output += chunk; };
    this.child.stdout!.on('data', (chunk) => {
      this.standardOutput += chunk;
      collect(chunk);
    });
    this.child.stderr!.on('data', collect);
    return this;
  }

  /** Runs another command beside it to its end. */
  public async run(args: string[], env: Record<string, string> = {}) {
    const command = this.beside();
    command.start(args, { env });
    return { code: await command.ended(), output: command.output };
  }

  /** Runs manifests, and answers what it says when they are ready. */
  public async up(manifest: string, ...options: string[]): Promise<any> {
    this.start(['up', await this.write('app.yaml', manifest), '--json', ...options]);
    const [line] = await this.printed(/^{"event":"ready".*$/m);
    return JSON.parse(line);
  }

  /** Resolves when this has been printed, with what matched; rejects when it ends without. */
  public async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const child = this.child!;
    for (;;) {
      const found = pattern.exec(this.output);
      if (found) return found;
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`it ended without printing ${pattern}:\n${this.output}`);
      }
      const heard = new AbortController();
      const options = { signal: heard.signal };
      await Promise.race(
        [once(child.stdout!, 'data', options), once(child.stderr!, 'data', options), once(child, 'close', options)],
      );
      heard.abort();
    }
  }

  /** Gives it its whole standard input. */
  public input(value: string): void {
    this.child!.stdin!.end(value);
  }

  /** Presses Ctrl-C in its terminal. */
  public pressCtrlC(): void {
    this.child!.stdin!.write('\x03');
  }

  public signal(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  /** Stops reading what it prints, as a test that has read what it waited for. */
  public pauseOutput(): void {
    this.child!.stdout!.pause();
  }

  public closeOutput(): void {
    this.child!.stdout!.destroy();
  }

  /** Resolves with the exit code when it has ended, whatever of its output has not been read. */
  public async exited(): Promise<number | null> {
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child?.exitCode ?? null;
  }

  /** Resolves with the exit code when it has ended and all of its output has been read. */
  public async ended(): Promise<number | null> {
    await this.closed;
    return this.child!.exitCode;
  }

  /** What it has left on this machine: processes, by their command, and folders. */
  public leftovers(): string[] {
    const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && this.started(pid)).map(commandOf);
    const temporary = path.join(this.folder, 'tmp');
    const folders = existsSync(temporary) ? readdirSync(temporary).filter(
      (name) => name.startsWith('cdk8s-metaparticle'),
    ) : [];
    return [...processes, ...folders];
  }

  /** Resolves when nothing is left; for a process that ended without waiting. */
  public async clean(): Promise<void> {
    while (this.leftovers().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  public async close(): Promise<void> {
    if (this.child && this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    await fs.rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private started(pid: string): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${MARK}=${this.mark}`);
    } catch {
      return false;
    }
  }
}

function commandOf(pid: string): string {
  try {
    return `process ${pid}: ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0/g, ' ')}`;
  } catch {
    return `process ${pid}`;
  }
}

/** A group of Node programs behind a Service: `GET /` answers the pod's name, `GET /crash` ends the program. */
export function group(name: string, mark: string, replicas = 2): string {
  const program = [
    'require("http").createServer((request, response) => request.url === "/crash" ? process.exit(3) : response.end("I am " + process.env.HOSTNAME))',
    '.listen(8080, process.env.LISTEN_ADDRESS)',
  ].join('');
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: app
          image: node:24-alpine
          args: [node, -e, '${program}']
          env: [{ name: ${MARK}, value: ${mark} }]
          ports: [{ containerPort: 8080 }]
          readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 }
`;
}

/** A router in front of a group, as a plain nginx whose config says who served. */
export function router(name: string, backend: string): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${backend}-headless }
spec: { clusterIP: None, selector: { app: ${backend} }, ports: [{ port: 8080 }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${name}-config }
data:
  nginx.conf.template: |
    worker_processes 1;
    daemon off;
    pid \${RUN_DIR}/nginx.pid;
    events {}
    http {
      log_format json escape=json '{"time":"$time_iso8601","method":"$request_method","uri":"$request_uri","status":$status,"request_time":$request_time,"upstream_addr":"$upstream_addr"}';
      access_log \${ACCESS_LOG};
      client_body_temp_path \${RUN_DIR}/body; proxy_temp_path \${RUN_DIR}/proxy; fastcgi_temp_path \${RUN_DIR}/fastcgi;
      uwsgi_temp_path \${RUN_DIR}/uwsgi; scgi_temp_path \${RUN_DIR}/scgi;
      resolver \${NGINX_LOCAL_RESOLVERS} valid=1s;
      upstream group { zone group 64k; server ${backend}-headless.default.svc.cluster.local:8080 resolve; }
      server {
        listen \${LISTEN_ADDRESS}:8080;
        add_header x-served-by "\${SERVED_BY}" always;
        location / { proxy_pass http://group; }
        location /healthz { access_log off; return 200; }
      }
    }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, app.kubernetes.io/component: router } }
    spec:
      volumes: [{ name: config, configMap: { name: ${name}-config } }, { name: run, emptyDir: {} }]
      containers:
        - name: nginx
          image: nginx:1.30-alpine
          args: [nginx, -c, /run/nginx/nginx.conf]
          env:
            - { name: LISTEN_ADDRESS, value: 0.0.0.0 }
            - { name: RUN_DIR, value: /run/nginx }
            - { name: NGINX_ENVSUBST_OUTPUT_DIR, value: /run/nginx }
            - { name: NGINX_ENTRYPOINT_LOCAL_RESOLVERS, value: "1" }
            - { name: NGINX_ENVSUBST_FILTER, value: ^(LISTEN_ADDRESS|RUN_DIR|NGINX_LOCAL_RESOLVERS|ACCESS_LOG|SERVED_BY)$ }
            - { name: ACCESS_LOG, value: "off" }
            - { name: SERVED_BY, value: "" }
          ports: [{ containerPort: 8080 }]
          volumeMounts: [{ name: config, mountPath: /etc/nginx/templates }, { name: run, mountPath: /run/nginx }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1 }
`;
}
