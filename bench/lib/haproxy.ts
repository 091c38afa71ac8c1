import { execFileSync } from 'child_process';
import { join } from 'path';
import { folderWith, Program } from './program';
import type { Start } from './routers';

/** Such as `2.6.12`. @returns undefined where there is none on PATH */
export function haproxyVersion(): string | undefined {
  try {
    return /version (\d+\.\d+\.\d+)/.exec(execFileSync('haproxy', ['-v'], { encoding: 'utf8' }))?.[1];
  } catch {
    return undefined;
  }
}

/** haproxy with one thread, with the headers that gateways usually set. */
export function haproxy(balance: string, pods: readonly string[]): Start {
  const config = (host: string) => `
global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option forwardfor
  http-reuse always
listen pods
  bind ${host}:8080 backlog 1024
  unique-id-format %[uuid]
  unique-id-header X-Request-Id
  http-request set-header X-Real-IP %[src]
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]
  ${balance.split('\n').join('\n  ')}
${pods.map((ip, at) => `  server pod${at} ${ip}:8080`).join('\n')}
`;
  return (host) => {
    const folder = folderWith('haproxy', { 'haproxy.cfg': config(host) });
    return Program.start(['haproxy', '-db', '-q', '-f', join(folder, 'haproxy.cfg')], folder, { host, port: 8080 });
  };
}
