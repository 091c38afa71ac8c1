import { ChildProcess, spawn } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { connect } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { findNginx } from '../../src/local/binaries/nginx';
import { freePort } from '../free-port';

/** A real nginx that serves a configuration of the test's. */
export class Nginx {
  /**
   * @param main lines of the main block
   * @param http lines of the http block; `LISTEN` stands for the address to listen on
   * @param files what it can load, by name; `CODE` stands for their folder and `MODULES` for that of nginx's modules
   */
  public static async start(
    main: readonly string[],
    http: readonly string[],
    files: Record<string, string> = {},
  ): Promise<Nginx> {
    const { command, modules } = await findNginx();
    const folder = mkdtempSync(join(tmpdir(), 'nginx-test-'));
    const port = await freePort();
    for (const name of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const text = [
      ...process.getuid?.() === 0 ? ['user root;'] : [],
      ...main, 'daemon off;', 'worker_processes 1;', 'error_log stderr;', `pid ${folder}/nginx.pid;`,
      'events { worker_connections 512; }', 'http {',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`),
      'access_log off;', ...http, '}', '',
    ].join('\n')
      .replaceAll('LISTEN', `127.0.0.1:${port}`)
      .replaceAll('${CODE_DIR}', folder)
      .replaceAll('${MODULES_DIR}', modules);
    writeFileSync(join(folder, 'nginx.conf'), text);
    const args = [...command.slice(1), '-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')];
    const child = spawn(command[0], args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const nginx = new Nginx(child, port, folder);
    child.stderr!.on('data', (data) => { nginx.log += data; });
    await nginx.up();
    return nginx;
  }

  /** What nginx has logged. */
  public log = '';

  private constructor(
    private readonly child: ChildProcess,
    public readonly port: number,
    private readonly folder: string,
  ) {}

  /** Its address, as the start of a URL. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  public async stop(): Promise<void> {
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Resolves when it has logged a text, which comes by another way than its answers. */
  public async logged(text: string): Promise<void> {
    for (let attempt = 0; attempt < 200 && !this.log.includes(text); attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    if (!this.log.includes(text)) throw new Error(`nginx has not logged ${JSON.stringify(text)}, but:\n${this.log}`);
  }

  /** Resolves when it takes connections. nginx tells nobody that it listens, so this asks. */
  private async up(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      if (this.child.exitCode !== null) throw new Error(`nginx ended:\n${this.log}`);
      if (await accepts(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`nginx does not listen:\n${this.log}`);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(false));
  });
}
