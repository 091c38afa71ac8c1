import { once } from 'node:events';
import * as net from 'node:net';
import { Duration } from 'cdk8s';
import { program, server, service } from './manifests';
import { substitute } from '../../src/local/images/nginx-image';
import { LocalCluster, RequestRecord } from '../../src/local/testing';

const TEMPLATE = `
worker_processes 2;
daemon off;
pid \${RUN_DIR}/nginx.pid;
load_module \${MODULES_DIR}/ngx_http_js_module.so;
events {}
http {
  client_body_temp_path \${RUN_DIR}/client_body; proxy_temp_path \${RUN_DIR}/proxy; fastcgi_temp_path \${RUN_DIR}/fastcgi;
  uwsgi_temp_path \${RUN_DIR}/uwsgi; scgi_temp_path \${RUN_DIR}/scgi;
  log_format json escape=json '{"time":"$time_iso8601","method":"$request_method","path":"$request_uri","status":$status,"seconds":$request_time,"upstream":"$upstream_addr"}';
  access_log \${ACCESS_LOG};
  resolver \${NGINX_LOCAL_RESOLVERS} valid=1s;
  js_engine qjs;
  js_path \${CODE_DIR}/;
  js_import shard from shard.js;
  js_set $shard shard.of;
  upstream web {
    zone web 128k;
    server web-headless.default.svc.cluster.local:8080 resolve max_fails=0;
    server web.default.svc.cluster.local:8080 resolve max_fails=0 backup;
  }
  server {
    listen \${LISTEN_ADDRESS}:8080;
    add_header x-served-by "\${SERVED_BY}" always;
    add_header x-shard $shard;
    location / { proxy_pass http://web; }
    location = /ready { access_log off; return 200 ''; }
    location = /own { return 204; }
    location = /upload { client_max_body_size 0; proxy_pass http://web/length; }
  }
}
`;

const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'router' },
  data: { 'nginx.conf.template': TEMPLATE, 'shard.js': 'export default { of: (r) => String(r.uri.length) };' },
};

const router = server('router', {
  container: {
    image: 'nginx:1.30-alpine',
    args: ['nginx', '-c', '/run/nginx/nginx.conf'],
    env: Object.entries({
      LISTEN_ADDRESS: '0.0.0.0',
      RUN_DIR: '/run/nginx',
      NGINX_ENVSUBST_OUTPUT_DIR: '/run/nginx',
      CODE_DIR: '/etc/nginx/templates',
      MODULES_DIR: '/etc/nginx/modules',
      NGINX_ENTRYPOINT_LOCAL_RESOLVERS: '1',
      NGINX_ENVSUBST_FILTER: '^(LISTEN_ADDRESS|RUN_DIR|CODE_DIR|MODULES_DIR|NGINX_LOCAL_RESOLVERS|ACCESS_LOG|SERVED_BY)$',
      ACCESS_LOG: 'off',
      SERVED_BY: '',
      status: 'a variable named like one of nginx',
    }).map(([name, value]) => ({ name, value })),
    volumeMounts: [{ name: 'templates', mountPath: '/etc/nginx/templates' }, { name: 'run', mountPath: '/run/nginx' }],
  },
  volumes: [{ name: 'templates', configMap: { name: 'router' } }, { name: 'run', emptyDir: {} }],
});

const manifests = [
  program,
  config,
  router,
  server('web', { replicas: 2 }),
  service('router'),
  service('web'),
  service('web-headless', 'web', { clusterIP: 'None' }),
];

test('a router made of a template, with a module and code, reaches pods by their headless name and says who served', async () => {
  await using cluster = await LocalCluster.start(manifests);
  const records: RequestRecord[] = [];
  const logged = new Promise<void>(
    (resolve) => cluster.on('request', (record) => records.push(record) === 2 && resolve()),
  );
  const response = await cluster.fetch('router', '/?q=1');
  expect(cluster.servedBy(response)?.name).toBe(await response.text());
  expect(response.headers.get('x-shard')).toBe('1');
  expect((await cluster.fetch('router', '/own')).status).toBe(204);
  await logged;
  const [{ name }] = cluster.pods('router');
  expect(records).toEqual([
    {
      time: expect.any(Date),
      router: name,
      method: 'GET',
      path: '/?q=1',
      status: 200,
      seconds: expect.any(Number),
      upstream: expect.stringMatching(/^127\..*:8080$/),
    },
    {
      time: expect.any(Date),
      router: name,
      method: 'GET',
      path: '/own',
      status: 204,
      seconds: expect.any(Number),
      upstream: undefined,
    },
  ].map((record) => expect.objectContaining(record)));
});

test('the requests of routers are a stream', async () => {
  await using cluster = await LocalCluster.start(manifests);
  const requests = cluster.requests();
  const first = requests.next();
  await cluster.fetch('router', '/streamed');
  expect((await first).value).toMatchObject({ path: '/streamed', status: 200 });
});

test('a killed router comes back with the same address, its workers gone with it', async () => {
  await using cluster = await LocalCluster.start(manifests, { restartBackOff: Duration.millis(100) });
  const [{ name, ip }] = cluster.pods('router');
  const pod = cluster.pod(name);
  for (let i = 0; i < 3; i++) {
    await pod.kill();
    await pod.ready();
    expect((await fetch(`http://${ip}:8080/ready`)).status).toBe(200);
  }
  expect(pod.status.restarts).toBe(3);
  expect(pod.logs()).not.toContain('Address already in use');
});

test('a deleted router finishes the requests it has before it ends', async () => {
  await using cluster = await LocalCluster.start(manifests);
  const [{ name, ip }] = cluster.pods('router');
  const socket = net.connect(8080, ip).setEncoding('utf8');
  socket.write('POST /upload HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n12345');
  await once(socket, 'connect');
  await new Promise((resolve) => setTimeout(resolve, 100)); // the request is in the worker's hands
  const deleted = cluster.pod(name).delete();
  setTimeout(() => socket.write('67890'), 300);
  const [answer] = await once(socket, 'data');
  expect(answer).toContain('200 OK');
  socket.destroy();
  await deleted;
});

test('a config of conf.d is served by the stock nginx.conf', async () => {
  const site = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'site' },
    data: { 'default.conf.template': "server { listen ${LISTEN_ADDRESS}:8080; location / { return 200 'static $host'; } }" },
  };
  const plain = server('plain', {
    container: {
      image: 'nginx',
      args: undefined,
      env: [],
      readinessProbe: { tcpSocket: { port: 8080 } },
      volumeMounts: [{
        name: 'site',
        mountPath: '/etc/nginx/templates',
      }],
    },
    volumes: [{ name: 'site', configMap: { name: 'site' } }],
  });
  await using cluster = await LocalCluster.start([program, site, plain, service('plain')]);
  expect(await (await cluster.fetch('plain', '/')).text()).toBe(`static ${cluster.address('plain').host}`);
});

test('a mistake in a config is shown as nginx tells it', async () => {
  const broken = { ...config, data: { 'nginx.conf.template': 'nonsense on;' } };
  const starting = LocalCluster.start([program, broken, router], { restartBackOff: Duration.millis(10) });
  await expect(starting).rejects.toThrow(
    /has ended 5 times without becoming ready[^]*\| .*\[emerg\].*unknown directive "nonsense"/,
  );
});

test('only the given variables are substituted, in both spellings', () => {
  expect(substitute('${A} $A $B ${B} $host ${C', { A: '1' })).toBe('1 1 $B ${B} $host ${C');
});
