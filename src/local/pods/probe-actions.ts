import { spawn } from 'node:child_process';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { grpcHealth } from './grpc-probe';
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
  if (action.httpGet) return httpGet(action.httpGet, target, timeout);
  if (action.tcpSocket) return tcpSocket(hostOf(action.tcpSocket.host, target), target.port(action.tcpSocket.port), timeout);
  if (action.grpc) return grpcHealth(target.ip, action.grpc, timeout);
  if (action.exec) return exec(target.command(action.exec.command), timeout);
  if (action.sleep) return sleep(Math.min(action.sleep.seconds * 1000, timeout));
  return undefined;
}

/** A pod may probe itself under the name of the loopback interface, which here is everybody's. */
function hostOf(host: string | undefined, target: Target): string {
  return host === undefined || host === 'localhost' || host === '127.0.0.1' ? target.ip : host;
}

function httpGet(probe: HttpGet, target: Target, timeout: number): Promise<string | undefined> {
  const host = hostOf(probe.host, target);
  const port = target.port(probe.port);
  const path = probe.path ?? '/';
  const secure = probe.scheme === 'HTTPS';
  const title = `GET ${secure ? 'https' : 'http'}://${host}:${port}${path}`;
  return new Promise((resolve) => {
    const headers: Record<string, string> = { 'user-agent': 'kube-probe/local', 'connection': 'close' };
    for (const { name, value } of probe.httpHeaders ?? []) headers[name] = value;
    const options = { host, port, path, headers, agent: false, rejectUnauthorized: false };
    const request = (secure ? https : http).request(options, (response) => {
      const { statusCode = 0 } = response;
      if (statusCode >= 200 && statusCode < 400) return end(undefined);
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => body += chunk).on('error', () => {})
        .on('close', () => end(`${title} answered ${statusCode} ${body.replace(/\s+/g, ' ').slice(0, 120)}`.trim()));
    });
    const stop = limit(timeout, () => end(`${title} did not answer within ${timeout / 1000} s`));
    request.on('error', (error: NodeJS.ErrnoException) => end(`${title} failed: ${error.code ?? error.message}`)).end();
    function end(failure: string | undefined) {
      stop();
      request.destroy();
      resolve(failure);
    }
  });
}

function tcpSocket(host: string, port: number, timeout: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const stop = limit(timeout, () => end(`${host}:${port} did not accept a connection within ${timeout / 1000} s`));
    socket.on('connect', () => end(undefined)).on('error', (error: NodeJS.ErrnoException) => end(`connecting to ${host}:${port} failed: ${error.code}`));
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
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => output = (output + text).slice(-200));
    const stop = limit(timeout, () => {
      if (child.pid) sendSignal(-child.pid, 'SIGKILL');
      end(`${argv.join(' ')} did not end within ${timeout / 1000} s`);
    });
    child.on('error', (error) => end(cannotRun(error)));
    child.on('exit', (code, signal) => end(code === 0 ? undefined : `${argv.join(' ')} ended with ${signal ?? code}: ${output.trim()}`));
    function end(failure: string | undefined) {
      stop();
      resolve(failure);
    }
  }).catch(cannotRun); // Node throws for what no system could run
}

function sleep(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => later(milliseconds, () => resolve(undefined)));
}
