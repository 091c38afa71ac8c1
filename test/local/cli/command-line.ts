import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const CLI = [process.execPath, '--import', require.resolve('tsx'), path.join(ROOT, 'src/local/cli.ts')];
/** Present in the environment of everything a run starts, and unlike that of any other run. */
const MARK = 'CLI_TEST_RUN';

/** The command line as a real process, in a folder of its own. */
export class CommandLine {
  public static async create(): Promise<CommandLine> {
    const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cli-test-'));
    await fs.mkdir(path.join(folder, 'tmp'));
    return new CommandLine(folder);
  }

  /** All that it has printed. */
  public output = '';
  /** In the environment of all it starts; manifests hand it on to their pods. */
  public readonly mark: string;
  private child?: ChildProcess;

  private constructor(public readonly folder: string) {
    this.mark = path.basename(folder);
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
    const collect = (chunk: Buffer) => { this.output += chunk; };
    this.child.stdout!.on('data', collect);
    this.child.stderr!.on('data', collect);
    return this;
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
    this.child!.kill(signal);
  }

  public closeOutput(): void {
    this.child!.stdout!.destroy();
  }

  /** Resolves with the exit code when it has ended. */
  public async ended(): Promise<number | null> {
    const child = this.child!;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    if (!child.stdout!.destroyed) await once(child, 'close').catch(() => {});
    return child.exitCode;
  }

  /** What it has left on this machine: processes, by their command, and folders. */
  public leftovers(): string[] {
    const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).filter((pid) => this.started(pid)).map(
      (pid) => `process ${pid}`,
    );
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
