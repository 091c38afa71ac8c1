import { execFileSync, spawnSync } from 'child_process';
import { readFileSync } from 'fs';
import { cpus, loadavg, totalmem } from 'os';
import { haproxyVersion } from './haproxy';
import { versionOf } from './node-program';
import { markdown, Section } from './section';
import { findNginx } from '../../src/local/binaries/nginx';
import { findNode } from '../../src/local/binaries/node';

/** The whole of docs/benchmarks.md. */
export async function page(sections: readonly Section[]): Promise<string> {
  return `# Benchmarks

\`npm run bench\` runs every comparison on your machine and writes this page. \`npm run bench -- routers\` runs one and
prints it. The whole takes about ten minutes on an idle machine. It needs nothing but an install. haproxy and helm are
compared where they are on PATH.

Most figures are CPU time, not time on the clock: it depends less on what else a machine does. Each figure is the
median of all rounds. The figures in parentheses are the quartiles: half of the rounds lie between them. Candidates
take turns within a round, and a ratio compares two of the same round. Repeated on another machine, expect other
microseconds and similar ratios.

${(await facts()).map((fact) => `- ${fact}`).join('\n')}

## Where others do better

A plain nginx without headers takes less CPU than a router. Sharding functions and metrics add scripts, which cost
half as much again. For few leaves with small answers, a script in nginx costs less than a root. Servers of Node
without our bounds answer a small function for about a quarter less. \`helm template\` renders manifests in a fifth
of the CPU time.

${sections.map(markdown).join('\n').trimEnd()}
`;
}

async function facts(): Promise<string[]> {
  const { command } = await findNginx();
  const nginx = spawnSync(command[0], [...command.slice(1), '-v'], { encoding: 'utf8' }).stderr;
  const node = await findNode();
  const [kernel] = /^\w+ \d+\.\d+/.exec(execFileSync('uname', ['-sr'], { encoding: 'utf8' }))!;
  const versions = ['cdk8s', 'cdk8s-plus-27', 'constructs', 'fastify', '@fastify/http-proxy', 'http-proxy-3', 'undici']
    .map((name) => `${name} ${JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version}`);
  return [
    `Machine: ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${kernel}; load `
      + `average at the end ${loadavg()[0].toFixed(1)}`,
    [
      `nginx ${/nginx\/(\S+)/.exec(nginx)?.[1]}`,
      `Node ${versionOf(process.execPath)} for synthesis and Node proxies, ${node.version} for pods`,
      ...haproxyVersion() === undefined ? [] : [`haproxy ${haproxyVersion()}`],
      ...versions,
    ].join(', '),
    `Date: ${new Date().toISOString().slice(0, 10)}`,
  ];
}
