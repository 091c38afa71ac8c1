import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Chart, Testing } from 'cdk8s';
import { Backend, Code, Shard, ShardKey } from '../src';
import { Candidate, compare } from './lib/compare';
import { get } from './lib/load';
import { Nginx, oneWorker } from './lib/nginx';
import { table } from './lib/table';
import { LocalCluster } from '../src/local/testing';

const SHARDS = 3;
const ROUNDS = 9;
const REQUESTS = 30_000;

/** How much of plain nginx's requests per CPU second each kind of key must reach. */
const KEYS: readonly { name: string; key: ShardKey; least?: number; metrics?: boolean }[] = [
  { name: 'header key', key: ShardKey.fromHeader('x-user'), least: 0.9 },
  { name: 'header key, with metrics', key: ShardKey.fromHeader('x-user'), metrics: true },
  {
    name: 'function key, a header',
    key: ShardKey.fromFunction(Code.fromInline("(request) => request.headers['x-user']")),
    least: 0.6,
  },
  {
    name: 'function key, the path',
    key: ShardKey.fromFunction(Code.fromInline("(request) => request.path.split('/')[2]")),
    least: 0.6,
  },
];

/** CPU time of the router per request, against plain nginx that hashes over the same pods. */
export default async function shard(): Promise<void> {
  const chart = new Chart(Testing.app(), 'bench');
  const first = new Shard(
    chart, 'Key0', { shards: SHARDS, key: KEYS[0].key, backend: Backend.fromImage('bench/backend', { port: 8080 }) },
  );
  KEYS.slice(1).forEach(
    ({ key, metrics }, at) => new Shard(chart, `Key${at + 1}`, { key, backends: first.backends, router: { metrics } }),
  );
  const objects = Testing.synth(chart);

  const backend = nginxBackend();
  const started: Nginx[] = [];
  let cluster: LocalCluster | undefined;
  try {
    cluster = await LocalCluster.start(
      objects, { commands: { 'bench/backend': backend.command }, hold: KEYS.map((_, at) => `key${at}-router`) },
    );
    const running = cluster;
    const pods = Array.from({ length: SHARDS }, (_, at) => running.pods(`key0-${at}`)).flat().map(({ ip }) => ip);
    const hosts = Array.from({ length: KEYS.length + 1 }, (_, at) => `127.77.${process.pid % 250}.${at + 1}`);
    started.push(await Nginx.start(plain(hosts[0], pods), { host: hosts[0], port: 8080 }));
    for (const at of KEYS.keys()) started.push(await router(objects, `key${at}-router`, hosts[at + 1], running.dns));
    const users = Array.from({ length: 1000 }, (_, n) => `user-${n}`);
    const candidates = started.map((nginx, at): Candidate => ({
      name: at === 0 ? 'plain nginx, hash consistent' : KEYS[at - 1].name,
      load: {
        host: hosts[at],
        port: 8080,
        connections: 16,
        messages: users.map((user) => get(`/users/${user}/profile`, { 'x-user': user })),
      },
      processes: nginx.processes,
    }));
    const costs = await compare(candidates, { rounds: ROUNDS, requests: REQUESTS });
    console.log(table([
      'router',
      'µs CPU a request',
      'requests per CPU second',
      'of plain nginx',
      'goal',
    ], costs.map(({ name, cpu, ratio }, at) => [
      name, cpu.toFixed(1), Math.round(1e6 / cpu), ratio.toFixed(2), KEYS[at - 1]?.least
        ? `≥ ${KEYS[at - 1].least}`
        : '',
    ])));
    console.log(
      `medians of ${ROUNDS} rounds of ${REQUESTS} requests each, one worker, ${SHARDS} shards of 2 replicas`,
    );
  } finally {
    await Promise.all(started.map((nginx) => nginx.stop()));
    await cluster?.stop();
    backend.remove();
  }
}

/** The router as its pod would run it. */
function router(objects: any[], name: string, host: string, dns: string): Promise<Nginx> {
  const { data: { 'nginx.conf.template': config, ...scripts } } = objects.find(
    // Its name ends with a hash of its content.
    (object) => object.kind === 'ConfigMap' && object.metadata.name.slice(0, -11) === name,
  );
  const [{ env }] = objects.find(
    (object) => object.kind === 'Deployment' && object.metadata.name === name,
  ).spec.template.spec.containers;
  const accessLog = env.find((variable: any) => variable.name === 'ACCESS_LOG').value;
  return Nginx.start(config, { host, port: 8080 }, {
    LISTEN_ADDRESS: host, ACCESS_LOG: accessLog, SERVED_BY: '', POD_NAMESPACE: 'default', NGINX_LOCAL_RESOLVERS: dns,
  }, scripts);
}

/** What one would write by hand to spread keys over pods. */
function plain(host: string, pods: readonly string[]): string {
  return oneWorker(`
  keepalive_requests 10000;
  upstream pods {
    hash $http_x_user consistent;
    ${pods.map((ip) => `server ${ip}:8080;`).join(' ')}
    keepalive 64;
  }
  server {
    listen ${host}:8080 backlog=1024;
    location / {
      proxy_pass http://pods;
      proxy_http_version 1.1;
      proxy_set_header Connection '';
    }
  }
`);
}

/** A backend that is never the bottleneck: nginx with one fixed answer. */
function nginxBackend(): { command: string; remove: () => void } {
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
