#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Command, Option } from 'commander';
import pc from 'picocolors';
import { addControlCommands } from './cli/control/commands';
import { exit } from './cli/exit';
import { graph } from './cli/graph';
import { up } from './cli/up';
import { command, count, host, seconds, trial } from './cli/values';
import { FORMATS } from './graph/formats';

const { version } = JSON.parse(
  readFileSync(path.join(__dirname, '../../package.json'), 'utf8'),
) as { version: string };

const program = new Command('cdk8s-metaparticle')
  .description('Distributed-system patterns as code: runs what cdk8s synthesized on this machine')
  .version(version)
  .showHelpAfterError('(--help says what there is)');

// All that follows `--` is a command of the user's, whatever it looks like.
const separator = process.argv[2] === 'up' ? process.argv.indexOf('--') : -1;
const [ours, theirs] = separator < 0
  ? [process.argv, undefined]
  : [process.argv.slice(0, separator), process.argv.slice(separator + 1)];

program.command('up')
  .description('run manifests on this machine, without Kubernetes, until Ctrl-C or, given a command, until that ends')
  .usage('[options] <manifests...> [-- command...]')
  .argument('<manifests...>', 'YAML or JSON files, folders of them (usually dist), or - for the standard input')
  .option('--dns-cache <seconds>', 'how old answers of the cluster\'s DNS may be; clouds have up to 30', seconds)
  .option(
    '--run <image=command>',
    'the command that runs an image other than nginx, node, valkey and redis; may be repeated',
    command,
  )
  .option(
    '--host <name=address>',
    'the address of a stand-in for a host outside of the cluster, or for a Service of others; may be repeated',
    host,
  )
  .option('--authorities <file>', 'certificates in PEM, of authorities that are trusted besides: of such stand-ins')
  .option('--data <folder>', 'where to keep what is in persistent volume claims (default: they go with the cluster)')
  .option('--nginx <path>', "the nginx to run routers with (default: $NGINX, else one on PATH, Debian's or docker's)")
  .option('--try <service:/path>', 'send requests when all is ready, and show who answered', trial)
  .option('--requests <count>', 'how many --try sends', count, 12)
  .option('--once', 'end when all is ready and the requests are answered: exit code 0, or 1 when one was not or a '
    + 'replica served none')
  .addOption(new Option('--json', 'say what happens in JSON, an object in a line').conflicts('try'))
  .option('--socket <path>', 'where the other commands reach it (default: a place where they find it)')
  .addHelpText('after', [
    '',
    'With a command, the addresses of Services are in its environment: WEB_URL, WEB_SERVICE_HOST and WEB_SERVICE_PORT',
    'for a Service web. The standard output is the command\'s then, and reports go to the standard error.',
    '',
    'Ctrl-C ends it and leaves nothing behind; a second one does not wait for pods to end. A command gets signals',
    'itself. It ends, too, when the process that started it has ended.',
    'Exit code: that of the command; else 0 after Ctrl-C, 1 after an error, 130 when Ctrl-C came before all was ready '
      + 'or with --once, 143 after SIGTERM likewise.',
    '',
    'Examples:',
    '  cdk8s-metaparticle up dist',
    '  cdk8s-metaparticle up dist --try web:/?name=ada --once',
    "  cdk8s-metaparticle up dist --run 'ghcr.io/acme/users=node users.js'",
    '  cdk8s-metaparticle up dist --host rates.example.com=127.0.0.1 --authorities ca.pem',
    '  cdk8s-metaparticle up dist -- pytest',
  ].join('\n'))
  .action(async (manifests: string[], options) => {
    if (theirs?.length === 0) throw new Error('no command follows --: give one, or leave -- out');
    if (theirs && options.once) throw new Error('--once cannot be given with a command, which ends it: leave one out');
    // Not `exitCode`: interrupted during a download, nothing else would end the process.
    await exit(await up(manifests, { ...options, command: theirs }));
  });

addControlCommands(program);

program.command('graph')
  .description('draw manifests: patterns, groups, keys, volumes, entrances, and who may call whom')
  .argument('<manifests...>', 'YAML or JSON files, folders of them (usually dist), or - for the standard input')
  .addOption(new Option('--format <format>', 'what to write').choices(Object.keys(FORMATS)).default('mermaid'))
  .action((manifests: string[], { format }) => graph(manifests, format));

/** Runs the command line. An error is one sentence; its stack is shown when the environment has DEBUG. */
async function main(): Promise<void> {
  try {
    await program.parseAsync(ours);
  } catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`${pc.red('error:')} ${process.env.DEBUG ? stack : message}\n`);
    await exit(1);
  }
}

void main();
