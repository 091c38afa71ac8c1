#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { parseTrial } from './cli/try';
import { up } from './cli/up';

const { version } = JSON.parse(
  readFileSync(path.join(__dirname, '../../package.json'), 'utf8'),
) as { version: string };

const program = new Command('cdk8s-metaparticle')
  .description('Distributed-system patterns as code: runs what cdk8s synthesized on this machine')
  .version(version)
  .showHelpAfterError('(--help says what there is)');

program.command('up')
  .description('run manifests on this machine, without Kubernetes, until Ctrl-C')
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
  .addHelpText('after', [
    '',
    'Ctrl-C ends it and leaves nothing behind; a second one does not wait for pods to end.',
    'Exit code: 0 after Ctrl-C, 1 after an error, 130 when Ctrl-C came before all was ready or with --once, 143 after '
      + 'SIGTERM likewise.',
    '',
    'Examples:',
    '  cdk8s-metaparticle up dist',
    '  cdk8s-metaparticle up dist --try web:/?name=ada --once',
    "  cdk8s-metaparticle up dist --run 'ghcr.io/acme/users=node users.js'",
    '  cdk8s-metaparticle up dist --host rates.example.com=127.0.0.1 --authorities ca.pem',
  ].join('\n'))
  .action(async (manifests: string[], options) => {
    // Not `exitCode`: interrupted during a download, nothing else would end the process.
    process.exit(await up(manifests, options));
  });

/** Runs the command line. An error is one sentence; its stack is shown when the environment has DEBUG. */
async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    const { message, stack } = error as Error;
    process.stderr.write(`${pc.red('error:')} ${process.env.DEBUG ? stack : message}\n`);
    process.exit(1);
  }
}

function seconds(text: string): number {
  const value = Number(text);
  if (!text.trim() || !(value >= 0 && value <= 3600)) throw new InvalidArgumentError('give seconds from 0 to 3600.');
  return value;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('give a whole number from 1 to 999999.');
  return Number(text);
}

function command(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, image, line] = /^([^=\s]+)=(.*\S.*)$/.exec(text) ?? [];
  if (!image) throw new InvalidArgumentError("give an image and a command, as in 'ghcr.io/acme/users=node users.js'.");
  return { ...before, [image]: line };
}

function host(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, address] = /^([^=\s]+)=(\S+)$/.exec(text) ?? [];
  if (!name) throw new InvalidArgumentError("give a name and an address, as in 'rates.example.com=127.0.0.1'.");
  return { ...before, [name]: address };
}

function trial(text: string) {
  try {
    return parseTrial(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

void main();
