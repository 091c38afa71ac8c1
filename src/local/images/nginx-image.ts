import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ContainerContext } from './container-context';
import { PathMapping } from './path-mapping';
import { Nginx } from '../binaries/nginx';
import { run } from '../binaries/run';

/** What is known of a container of nginx when it is about to start. */
export interface NginxContext extends ContainerContext {
  /** Certificates of authorities that are trusted besides those of the image, in PEM. */
  readonly authorities: string;
}

/** What the image runs without arguments. */
const DEFAULT_ARGS = ['nginx', '-g', 'daemon off;'];

/**
 * How to run a container of the nginx image: what its entrypoint does with templates and resolvers has been done, and
 * what differs on this machine (addresses, module folder, logs) has been set through the environment. The rendered
 * config is not edited.
 * @param context with the whole environment, paths already mapped.
 * @param argv command and args of the container, paths already mapped.
 */
export async function nginxCommand(
  nginx: Nginx, context: NginxContext, argv: readonly string[], mapping: PathMapping,
): Promise<{ argv: string[]; env: Record<string, string> }> {
  const prefix = join(context.folder, 'nginx');
  await mkdir(join(prefix, 'logs'), { recursive: true });
  const full: Record<string, string> = { ...context.env, ...overrides(nginx, context) };
  if (full.SYSTEM_CA !== undefined) full.SYSTEM_CA = await trust(prefix, context.authorities);
  const [program, ...args] = argv.length > 0 ? argv : DEFAULT_ARGS;
  if (!/(^|\/)nginx$/.test(program)) return { argv: [program, ...args], env: full };

  // The entrypoint templates only when the image's own entrypoint runs, and its command is nginx.
  const templated = context.spec.command
    ? undefined
    : await renderTemplates(await sourced(full, mapping), mapping, prefix);
  const config = valueOf(args, '-c') ?? mapping.locate('/etc/nginx/nginx.conf')
    ?? await stockConfig(prefix, mapping, templated);
  const rest = without(without(args, '-c'), '-g');
  const directives = [valueOf(args, '-g'), await userDirective(config)].filter(Boolean).join(' ');
  return {
    argv: [...nginx.command, '-p', prefix, '-c', config, ...directives ? ['-g', directives] : [], ...rest],
    env: full,
  };
}

/** The bundle of the image, and further authorities: this machine may have none, or another one. */
async function trust(folder: string, authorities: string): Promise<string> {
  const file = join(folder, 'authorities.pem');
  await writeFile(file, [...rootCertificates, authorities].join('\n'));
  return file;
}

function overrides(nginx: Nginx, { env, accessLog, dns }: ContainerContext): Record<string, string> {
  return {
    MODULES_DIR: nginx.modules,
    ...env.NGINX_ENTRYPOINT_LOCAL_RESOLVERS ? { NGINX_LOCAL_RESOLVERS: dns } : {},
    // Of this machine all pods have the same loopback; the address of its own name server is a router's alone, and is
    // not taken for that of a pod which has served.
    ...env.LOOPBACK_ADDRESS === undefined ? {} : { LOOPBACK_ADDRESS: dns.replace(/:\d+$/, '') },
    ...env.ACCESS_LOG === undefined ? {} : { ACCESS_LOG: `${accessLog} json` },
    ...env.SERVED_BY === undefined ? {} : { SERVED_BY: '$upstream_addr' },
  };
}

/** The environment once the entrypoint has sourced what is mounted for it (`.envsh`). Throws what a script says. */
async function sourced(env: Record<string, string>, mapping: PathMapping): Promise<Record<string, string>> {
  const scripts = mapping.within('/docker-entrypoint.d').filter((file) => file.endsWith('.envsh'));
  if (scripts.length === 0) return env;
  const lines = 'for script in "$@"; do . "$script"; done; env -0';
  const { stdout, stderr, code } = await run(['/bin/sh', '-ec', lines, 'sh', ...scripts], { env, timeout: 10_000 });
  if (code !== 0) throw new Error(stderr.trim());
  return Object.fromEntries(stdout.split('\0').filter((each) => each).map((each) => {
    const at = each.indexOf('=');
    return [each.slice(0, at), each.slice(at + 1)];
  }));
}

/** 20-envsubst-on-templates.sh of the image. Answers the folder it wrote to. */
async function renderTemplates(
  env: Record<string, string>, mapping: PathMapping, prefix: string,
): Promise<string | undefined> {
  const templates = env.NGINX_ENVSUBST_TEMPLATE_DIR ?? mapping.locate('/etc/nginx/templates');
  const suffix = env.NGINX_ENVSUBST_TEMPLATE_SUFFIX ?? '.template';
  const output = env.NGINX_ENVSUBST_OUTPUT_DIR ?? mapping.locate('/etc/nginx/conf.d') ?? join(prefix, 'conf.d');
  if (!templates) return undefined;
  const filter = new RegExp(env.NGINX_ENVSUBST_FILTER ?? '');
  const variables = Object.fromEntries(Object.entries(env).filter(([name]) => filter.test(name)));
  for (const file of await readdir(templates, { recursive: true })) {
    if (!file.endsWith(suffix) || file.startsWith('..') || !(await stat(join(templates, file))).isFile()) continue;
    const target = join(output, file.slice(0, -suffix.length));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, substitute(await readFile(join(templates, file), 'utf8'), variables));
  }
  return output;
}

/** `envsubst` with a list of variables: `$NAME` and `${NAME}` of these are replaced, everything else stays. */
export function substitute(text: string, variables: Record<string, string>): string {
  return text.replace(/\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)/g, (all, braced?: string, bare?: string) => {
    return variables[(braced ?? bare)!] ?? all;
  });
}

/** The image's nginx.conf, as far as a process without root can have it. */
async function stockConfig(prefix: string, mapping: PathMapping, templated: string | undefined): Promise<string> {
  const confD = mapping.locate('/etc/nginx/conf.d') ?? templated ?? join(prefix, 'conf.d');
  const file = join(prefix, 'nginx.conf');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((each) => `  ${each}_temp_path ${join(prefix, each)};`);
  await writeFile(file, [
    `pid ${join(prefix, 'nginx.pid')};`,
    'events {}',
    'http {',
    '  access_log off;',
    ...temporary,
    `  include ${confD}/*.conf;`,
    '}',
    '',
  ].join('\n'));
  await chmod(prefix, 0o755);
  return file;
}

/**
 * Started by root, nginx hands its workers to `nobody`, who may not read what root's umask hides. In a pod nobody is
 * root; so here the workers stay what the master is, unless the config says otherwise.
 */
async function userDirective(config: string): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const text = await readFile(config, 'utf8').catch(() => '');
  return /^\s*user\s/m.test(text) ? undefined : 'user root;';
}

function valueOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

function without(args: readonly string[], option: string): string[] {
  const at = args.indexOf(option);
  return at < 0 ? [...args] : [...args.slice(0, at), ...args.slice(at + 2)];
}
