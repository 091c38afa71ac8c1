import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { complaint, quoted, run } from './run';
import { older } from './version';

/** An nginx that routers can run on. */
export interface Nginx {
  /** The arguments that run nginx; those of nginx itself follow. */
  readonly command: string[];
  /** The folder that holds ngx_http_js_module.so. */
  readonly modules: string;
  /** `1.30.6` */
  readonly version: string;
}

/**
 * Since 1.27.3 open-source nginx follows DNS (`server … resolve`), since 1.27.4 it ends without losing requests
 * (`keepalive_min_timeout`), since 1.29.3 it knows the port that a request is for (`$request_port`).
 */
export const OLDEST = '1.29.3';

const JS_MODULE = 'ngx_http_js_module.so';
/** Where distributions put modules, when it is not where nginx says. */
const MODULE_FOLDERS = [
  '/usr/lib/nginx/modules', '/usr/lib64/nginx/modules', '/usr/share/nginx/modules', '/usr/local/lib/nginx/modules',
];
const CHECK_TIMEOUT = 20_000;

/**
 * Asks an nginx what it is, and tries whether it runs what routers need.
 * Throws what is wrong with it, to be read behind the name of that nginx.
 */
export async function inspectNginx(command: string[]): Promise<Nginx> {
  const { stderr, stdout } = await run([...command, '-V'], { timeout: CHECK_TIMEOUT });
  const said = stdout + stderr;
  const version = /nginx version: [^/\s]+\/(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (!version) throw new Error(`does not say which version of nginx it is when asked with -V, but ${quoted(said)}`);
  if (older(version, OLDEST)) throw new Error(`is version ${version}; routers need ${OLDEST} or newer`);
  const whereItSays = [option(said, 'modules-path'), `${option(said, 'prefix') ?? '/usr/local/nginx'}/modules`];
  const modules = await firstWith(JS_MODULE, [...whereItSays, ...MODULE_FOLDERS]);
  if (!modules) {
    throw new Error(`(version ${version}) comes without njs: ${JS_MODULE} is not in its modules folder; install the `
      + 'njs module beside it');
  }
  const nginx = { command, modules, version };
  await tryNginx(nginx);
  return nginx;
}

/** Lets an nginx read a small configuration that uses what routers use. Throws when it refuses. */
export async function tryNginx({ command, modules }: Nginx): Promise<void> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'cdk8s-metaparticle-nginx-'));
  try {
    await fs.writeFile(path.join(folder, 'try.js'), TRIAL_SCRIPT);
    await fs.writeFile(path.join(folder, 'nginx.conf'), trialConfig(folder, modules));
    const outcome = await run([...command, '-t', '-c', path.join(folder, 'nginx.conf')], { timeout: CHECK_TIMEOUT });
    if (outcome.code !== 0) throw new Error(`does not run njs with the QuickJS engine: ${complaint(outcome)}`);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Syntax that njs's own engine does not know: only QuickJS reads it. */
const TRIAL_SCRIPT = 'class Try { #it = 1; get it() { return this.#it ?? 0; } }\n'
  + 'export default { it: () => String(new Try()?.it) };\n';

function trialConfig(folder: string, modules: string): string {
  return `
    load_module '${modules}/${JS_MODULE}';
    pid ${folder}/nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body;
      proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi;
      scgi_temp_path ${folder}/scgi;
      js_engine qjs;
      js_path ${folder};
      js_import try.js;
      js_set $it try.it;
      resolver 127.0.0.1:53;
      upstream group { zone group 64k; server group.invalid:1 resolve; }
    }
  `;
}

function option(said: string, name: string): string | undefined {
  return new RegExp(`--${name}=(\\S+)`).exec(said)?.[1];
}

async function firstWith(file: string, folders: (string | undefined)[]): Promise<string | undefined> {
  for (const folder of folders) {
    if (folder && await fs.access(path.join(folder, file)).then(() => true, () => false)) return folder;
  }
  return undefined;
}
