import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { Address } from './listening';
import { folderWith, Program } from './program';
import { findNginx } from '../../src/local/binaries/nginx';

/**
 * Starts an nginx.
 * @param config a whole nginx.conf, and `${…}` in it
 * @param values what `${…}` stands for; RUN_DIR, CODE_DIR and MODULES_DIR are known
 * @param files what is in CODE_DIR
 */
export async function nginx(
  config: string, address: Address, values: Record<string, string> = {}, files: Record<string, string> = {},
): Promise<Program> {
  const { command, modules } = await findNginx();
  const folder = folderWith('nginx', files);
  const known: Record<string, string> = { ...values, RUN_DIR: folder, CODE_DIR: folder, MODULES_DIR: modules };
  const user = process.getuid?.() === 0 ? 'user root;\n' : '';
  for (const name of ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(folder, name));
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, user + config.replace(/\$\{(\w+)\}/g, (all, name) => known[name] ?? all));
  return Program.start([...command, '-e', 'stderr', '-p', folder, '-c', file], folder, address);
}

/** A whole nginx.conf for `nginx`: one worker, no log, and what the http block says. */
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
