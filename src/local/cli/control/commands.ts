import { once } from 'node:events';
import { Command } from 'commander';
import pc from 'picocolors';
import { ask, askForLines, NobodyAnswers } from './ask';
import { findSocket } from './find';
import { PodStatus } from '../../pod-handle';
import { jsonLine } from '../json-lines';
import { replicas, seconds } from '../values';
import { podTable, RequestLine, requestLine } from '../view';

/** How long `wait` looks for an `up` that was started a moment ago, in milliseconds, and how often. */
const APPEARANCE = 60_000;
const LOOK = 250;

interface Options {
  readonly socket?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly force?: boolean;
  readonly signal?: string;
}

/** Adds the commands that control a cluster that runs. */
export function addControlCommands(program: Command): void {
  const add = (name: string, description: string) => program.command(name).description(description)
    .option('--socket <path>', 'that of the `up` (default: $CDK8S_METAPARTICLE_SOCKET, else of the only `up`)')
    // A reader that went away (`… | head`) has seen enough.
    .hook('preAction', () => { process.stdout.on('error', () => process.exit()); });
  add('pods', 'list the pods of an `up` that runs')
    .argument('[target]', 'only those of this Service, Deployment or StatefulSet')
    .option('--json', 'a JSON object in a line for each, with its labels')
    .action(listPods);
  add('requests', 'list the last 1,000 requests that routers answered')
    .option('--json', 'a JSON object in a line for each')
    .option('--follow', 'go on with those to come')
    .action(listRequests);
  add('wait', 'wait until all pods are ready, also for an `up` that was just started')
    .argument('[pods...]', 'only for these')
    .action(wait);
  add('kill', 'end the processes of pods, as when memory runs out: they are restarted in the same pods')
    .argument('<pods...>')
    .option('--signal <name>', 'another signal than SIGKILL, for the first process of each container')
    .action((pods, options) => act('kill', { pods, signal: options.signal }, options));
  add('freeze', 'stop pods where they are: connections stay open, and nobody answers')
    .argument('<pods...>')
    .action((pods, options) => act('freeze', { pods }, options));
  add('thaw', 'let pods go on after freeze')
    .argument('<pods...>')
    .action((pods, options) => act('thaw', { pods }, options));
  add('slow', 'make a pod answer so late, also to probes')
    .argument('<pod>')
    .argument('<seconds>', '0 lets it answer as before', seconds)
    .action((pod, delay, options) => act('slow', { pods: [pod], seconds: delay }, options));
  add('delete', 'delete pods: they drain, and others take their place')
    .argument('<pods...>')
    .option('--force', 'kill them without a grace period')
    .action((pods, options) => act('delete', { pods, force: options.force }, options));
  add('rollout', 'replace pods in steps, as `kubectl rollout restart` does')
    .argument('<target>', 'a Service, Deployment or StatefulSet')
    .action((target, options) => act('rollout', { target }, options));
  add('scale', 'set how many pods a Deployment or StatefulSet has')
    .argument('<name>')
    .argument('<replicas>', 'how many', replicas)
    .action((name, count, options) => act('scale', { name, replicas: count }, options));
}

async function act(name: string, args: object, { socket }: Options): Promise<void> {
  await ask(await findSocket(socket), { path: `/${name}`, args });
}

async function listPods(target: string | undefined, { socket, json }: Options): Promise<void> {
  const query = target === undefined ? '' : `?${new URLSearchParams({ target })}`;
  const pods: PodStatus[] = await ask(await findSocket(socket), { path: `/pods${query}` });
  for (const line of json ? pods.map(jsonLine) : podTable(pods, pc).map((each) => `${each}\n`)) await print(line);
}

async function listRequests({ socket, json, follow }: Options): Promise<void> {
  const found = await findSocket(socket);
  const requests = follow
    ? askForLines(found, { path: '/requests?follow' })
    : await ask(found, { path: '/requests' });
  for await (const request of requests) await print(json ? jsonLine(request) : `${lineOf(request)}\n`);
}

async function wait(pods: readonly string[], options: Options): Promise<void> {
  for (const end = Date.now() + APPEARANCE; ;) {
    try {
      return await act('wait', pods.length > 0 ? { pods } : {}, options);
    } catch (error) {
      if (!(error instanceof NobodyAnswers) || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/** Waits for a reader that is slow: what follows waits in the `up` then, which knows how to leave some out. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** A request for people; JSON has no times. */
function lineOf(request: RequestLine): string {
  return requestLine({ ...request, time: new Date(request.time) }, pc);
}
