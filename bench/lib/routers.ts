import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { nginx, oneWorker } from './nginx';
import type { Program } from './program';
import type { LocalCluster } from '../../src/local/testing';

/** Starts a proxy at port 8080 of a host. */
export type Start = (host: string) => Promise<Program>;

/** What any gateway tells a backend of the request, with the address of the client in two headers. */
export const USUAL_HEADERS = [
  'Host $http_host', 'X-Real-IP $remote_addr', 'X-Forwarded-For $proxy_add_x_forwarded_for',
  'X-Forwarded-Proto $scheme', 'X-Forwarded-Host $http_host', 'X-Request-Id $request_id',
];

/** Where the pods of a group are. */
export function addresses(cluster: LocalCluster, group: string): string[] {
  return cluster.pods(group).map(({ ip }) => ip);
}

/** The router as its pod would run it. */
export function router(objects: any[], name: string, dns: string): Start {
  const { data: { 'nginx.conf.template': config, ...scripts } } = objects.find(
    // Its name ends with a hash of its content.
    (object) => object.kind === 'ConfigMap' && object.metadata.name.slice(0, -11) === name,
  );
  const [{ env }] = objects.find(
    (object) => object.kind === 'Deployment' && object.metadata.name === name,
  ).spec.template.spec.containers;
  const accessLog = env.find((variable: any) => variable.name === 'ACCESS_LOG').value;
  return (host) => nginx(config, { host, port: 8080 }, {
    LISTEN_ADDRESS: host, ACCESS_LOG: accessLog, SERVED_BY: '', POD_NAMESPACE: 'default', NGINX_LOCAL_RESOLVERS: dns,
  }, scripts);
}

/** What one would write by hand to spread requests over pods. */
export function plain(balance: string, pods: readonly string[], headers: readonly string[] = []): Start {
  return (host) => nginx(oneWorker(`
  keepalive_requests 10000;
  upstream pods {
    ${balance};
    ${pods.map((ip) => `server ${ip}:8080;`).join(' ')}
    keepalive 64;
  }
  server {
    listen ${host}:8080 backlog=1024;
    location / {
      proxy_pass http://pods;
      proxy_http_version 1.1;
      ${["Connection ''", ...headers].map((header) => `proxy_set_header ${header};`).join('\n      ')}
    }
  }
`), { host, port: 8080 });
}

/** A backend that is never the bottleneck: nginx with one fixed answer. */
export function nginxBackend(): { command: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'bench-backend-'));
  writeFileSync(join(folder, 'nginx.conf'), `
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
daemon off;
pid RUN/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path RUN/body; proxy_temp_path RUN/proxy;
  fastcgi_temp_path RUN/fastcgi; uwsgi_temp_path RUN/uwsgi; scgi_temp_path RUN/scgi;
  keepalive_requests 1000000;
  server { listen ADDRESS:8080 backlog=1024; return 200 '${'x'.repeat(100)}'; }
}
`);
  const run = `${folder}/$LISTEN_ADDRESS`;
  return {
    command: `mkdir -p ${run} && sed "s|RUN|${run}|g; s|ADDRESS|$LISTEN_ADDRESS|" ${folder}/nginx.conf > `
      + `${run}/nginx.conf && exec nginx -e stderr -p ${run} -c ${run}/nginx.conf`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
