import { ChildProcess, spawn } from 'child_process';
import { once } from 'events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { processesIn } from './cpu';
import { Address, listening } from './listening';
import { findNginx } from '../../src/local/binaries/nginx';

/** An nginx in a folder of its own. */
export class Nginx {
  /**
   * @param config a whole nginx.conf, and `${…}` in it
   * @param values what `${…}` stands for; RUN_DIR, CODE_DIR and MODULES_DIR are known
   * @param files what stands in CODE_DIR
   */
  public static async start(
    config: string, address: Address, values: Record<string, string> = {}, files: Record<string, string> = {},
  ): Promise<Nginx> {
    const { command, modules } = await findNginx();
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bench-nginx-')));
    const known: Record<string, string> = { ...values, RUN_DIR: folder, CODE_DIR: folder, MODULES_DIR: modules };
    const user = process.getuid?.() === 0 ? 'user root;\n' : '';
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    for (const name of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, 'nginx.conf'), user + config.replace(/\$\{(\w+)\}/g, (all, name) => known[name] ?? all),
    );
    const child = spawn(
      command[0], [
        ...command.slice(1),
        '-e',
        'stderr',
        '-p',
        folder,
        '-c',
        join(folder, 'nginx.conf'),
      ], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    await listening(child, address);
    return new Nginx(child, folder);
  }

  private constructor(private readonly child: ChildProcess, private readonly folder: string) {}

  /** The main process and its workers. */
  public get processes(): number[] {
    return processesIn(this.folder);
  }

  public async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    if (this.child.exitCode === null) await once(this.child, 'exit');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A whole nginx.conf for `Nginx.start`: one worker, no log, and what the http block says. */
export function oneWorker(http: string, { modules = '' } = {}): string {
  return `${modules}
worker_processes 1;
daemon off;
pid \${RUN_DIR}/nginx.pid;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path \${RUN_DIR}/client_body;
  proxy_temp_path \${RUN_DIR}/proxy;
  fastcgi_temp_path \${RUN_DIR}/fastcgi;
  uwsgi_temp_path \${RUN_DIR}/uwsgi;
  scgi_temp_path \${RUN_DIR}/scgi;
${http}
}
`;
}
