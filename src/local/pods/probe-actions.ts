import { spawn } from 'node:child_process';
import * as net from 'node:net';
import { grpcHealth } from './grpc-probe';
import { httpGet } from './http-get';
import { limit } from './time-limit';
import { Hook, HttpGet, Probe } from '../manifests/kube';
import { Command, sendSignal } from '../processes/process-group';
import { later } from '../timers';

/** What a probe or a hook acts upon. */
export interface Target {
  readonly ip: string;
  /** The number of a port given by number or by name. */
  port(port: number | string): number;
  /** How a command runs inside the container. */
  command(argv: readonly string[]): Command;
}

/**
 * Does what a probe or a hook says. Resolves to undefined when it succeeded, else to what went wrong, in words.
 * Never takes longer than the timeout, in milliseconds.
 */
export async function act(action: Hook & Probe, target: Target, timeout: number): Promise<string | undefined> {
  if (action.httpGet) return httpGet(urlOf(action.httpGet, target), headersOf(action.httpGet), timeout);
  if (action.tcpSocket) {
    const { host, port } = action.tcpSocket;
    return tcpSocket(hostOf(host, target), target.port(port), timeout);
  }
  if (action.grpc) return grpcHealth(target.ip, action.grpc, timeout);
  if (action.exec) return exec(target.command(action.exec.command), timeout);
  if (action.sleep) return sleep(Math.min(action.sleep.seconds * 1000, timeout));
  return undefined;
}

/** A pod may probe itself under the name of the loopback interface, which here is everybody's. */
function hostOf(host: string | undefined, target: Target): string {
  return host === undefined || host === 'localhost' || host === '127.0.0.1' ? target.ip : host;
}

function urlOf({ host, port, path = '/', scheme }: HttpGet, target: Target): URL {
  const origin = `${scheme === 'HTTPS' ? 'https' : 'http'}://${hostOf(host, target)}:${target.port(port)}`;
  return new URL(origin + path.replace(/^(?!\/)/, '/'));
}

/**
 * The probe's own headers take the place of these, in whatever case they are written; one that is given twice is sent
 * twice.
 */
function headersOf({ httpHeaders = [] }: HttpGet): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {
    'user-agent': 'kube-probe/local', 'accept': '*/*', 'connection': 'close',
  };
  const given = new Map<string, string[]>();
  for (const { name, value } of httpHeaders) {
    const key = name.toLowerCase();
    given.set(key, [...given.get(key) ?? [], value]);
  }
  for (const [name, values] of given) headers[name] = values.length === 1 ? values[0] : values;
  return headers;
}

function tcpSocket(host: string, port: number, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const stop = limit(timeout, () => end(`${host}:${port} did not accept a connection within ${timeout / 1000} s`));
    socket.on('connect', () => end(undefined))
      .on('error', ({ code }: NodeJS.ErrnoException) => end(`connecting to ${host}:${port} failed: ${code}`));
    function end(failure: string | undefined) {
      stop();
      socket.destroy();
      resolve(failure);
    }
  });
}

function exec({ argv, env, cwd }: Command, timeout: number): Promise<string | undefined> {
  const cannotRun = (error: Error) => `cannot run ${argv[0] || "''"}: ${error.message}`;
  return new Promise<string | undefined>((resolve) => {
    const [file, ...args] = argv;
    const child = spawn(file, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => { output = (output + text).slice(-200); });
    }
    const stop = limit(timeout, () => {
      if (child.pid) sendSignal(-child.pid, 'SIGKILL');
      end(`${argv.join(' ')} did not end within ${timeout / 1000} s`);
    });
    child.on('error', (error) => end(cannotRun(error)));
    child.on('exit', (code, signal) => {
      end(code === 0 ? undefined : `${argv.join(' ')} ended with ${signal ?? code}: ${output.trim()}`);
    });
    function end(failure: string | undefined) {
      stop();
      resolve(failure);
    }
  }).catch(cannotRun); // Node throws for what no system could run
}

function sleep(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => later(milliseconds, () => resolve(undefined)));
}
