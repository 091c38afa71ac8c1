import { Duration } from 'cdk8s';
import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';
import { selfSigned } from '../certificates';

const ask = async (cluster: LocalCluster, path: string) => (await cluster.fetch('web', path)).text();
const running = (code: string, probes: object, rest: object = {}) => server(
  'web', { container: { args: ['node', '-e', code], readinessProbe: undefined, ...probes }, ...rest },
);
/** What a start says that is given up after a second. */
const problem = async (deployment: any) => LocalCluster.start(
  [program, deployment], { startTimeout: Duration.seconds(1) },
).then(
  async (cluster) => cluster.stop().then(() => 'ready'), (error: Error) => error.message.split('\n')[1]);

test('an httpGet probe speaks HTTPS without checking the certificate, sends its headers and finds its port by name', async () => {
  const certified = selfSigned({ names: ['nobody'] });
  const keys = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tls' }, stringData: certified };
  const code = "const fs = require('fs'); require('https').createServer({ key: fs.readFileSync(process.env.TLS + '/key'), cert: fs.readFileSync(process.env.TLS + '/cert') }, "
    + "(q, s) => s.writeHead(q.headers['x-probe'] === 'yes' && q.headers.host === 'shop.example' ? 200 : 403).end('who are you')).listen(8080)";
  const probing = (httpHeaders: object[]) => running(code, {
    readinessProbe: {
      httpGet: { scheme: 'HTTPS', path: '/', port: 'http', httpHeaders },
      periodSeconds: 1,
    },
  }, {
    env: [{ name: 'TLS', value: '/tls' }],
    volumes: [{
      name: 'tls',
      secret: { secretName: 'tls' },
    }],
    volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
  });
  await using cluster = await LocalCluster.start(
    [keys, program, probing([{ name: 'X-Probe', value: 'yes' }, { name: 'Host', value: 'shop.example' }])],
  );
  expect(cluster.pods()[0].ready).toBe(true);
  await expect(LocalCluster.start([keys, program, probing([])], { startTimeout: Duration.seconds(1) }))
    .rejects.toThrow(/readiness probe: GET https:\/\/127\.\S+:8080\/ answered 403 who are you/);
});

test.each<[string, string, RegExp]>([
  ['to a page that answers', '/moved', /^ready$/],
  [
    'to a page that fails',
    '/broken',
    /readiness probe: GET http:\/\/127\.\S+:8080\/failing answered 500 no database$/,
  ],
  ['to another host, which is not asked', '/away', /^ready$/],
  ['in a circle', '/round', /readiness probe: GET http:\/\/127\.\S+:8080\/round redirects more than 10 times$/],
])('a redirect %s decides a probe as with a kubelet', async (_, path, message) => {
  const code = "const to = { '/moved': '/', '/broken': 'failing', '/away': 'http://127.0.0.1:1/', '/round': '/round' };"
    + "require('http').createServer((q, s) => to[q.url] ? s.writeHead(302, { location: to[q.url] }).end() : q.url === '/failing' ? s.writeHead(500).end('no database') : s.end()).listen(8080)";
  expect(
    await problem(running(code, { readinessProbe: { httpGet: { path, port: 8080 }, periodSeconds: 1 } })),
  ).toMatch(
    message,
  );
});

describe('a grpc probe', () => {
  /** A health server: `shop` serves, `bank` does not, others are unknown. */
  const code = `
    const http2 = require('http2');
    http2.createServer().on('stream', (stream, headers) => {
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
        const body = Buffer.concat(chunks), service = body.subarray(7).toString();
        const known = headers[':path'] === '/grpc.health.v1.Health/Check' && headers['content-type'] === 'application/grpc' && body.readUInt32BE(1) === body.length - 5;
        if (!known) return stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'no%20such%20method' }, { endStream: true });
        const status = { '': 1, shop: 1, bank: 2 }[service];
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers(status ? { 'grpc-status': '0' } : { 'grpc-status': '5', 'grpc-message': 'unknown%20service' }));
        stream.end(status ? Buffer.from([0, 0, 0, 0, 2, 8, status]) : undefined);
      });
    }).listen(8080);
  `;
  const probing = (grpc: object, of = code) => running(of, { readinessProbe: { grpc, periodSeconds: 1 } });

  test.each(
    [[{ port: 8080 }], [{ port: 8080, service: 'shop' }]],
  )('%j that is answered SERVING makes its pod ready', async (grpc) => {
    expect(await problem(probing(grpc))).toBe('ready');
  });

  test.each<[string, object, string, RegExp]>([
    ['NOT_SERVING', { port: 8080, service: 'bank' }, code, /readiness probe: grpc 127\.\S+:8080 bank is NOT_SERVING$/],
    [
      'that the service is unknown',
      { port: 8080, service: 'x'.repeat(130) },
      code,
      /readiness probe: grpc 127\.\S+:8080 x+ ended with grpc-status 5 unknown service$/,
    ],
    [
      'by HTTP/1',
      { port: 8080 },
      "require('http').createServer((q, s) => s.end()).listen(8080)",
      /readiness probe: grpc 127\.\S+:8080 failed: \S+$/,
    ],
    ['by nobody', { port: 8081 }, code, /readiness probe: grpc 127\.\S+:8081 failed: ECONNREFUSED$/],
    [
      'too late',
      { port: 8080 },
      "require('net').createServer(() => {}).listen(8080)",
      /readiness probe: (grpc 127\.\S+:8080 did not answer within 1 s|grpc 127\.\S+:8080 failed: ECONNREFUSED)$/,
    ],
  ])('that is answered %s fails', async (_, grpc, of, message) => {
    expect(await problem(probing(grpc, of))).toMatch(message);
  });
});

test('an exec probe sees the environment and the files of its container, those of Secrets among them', async () => {
  const keys = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys' }, stringData: { token: 's3cret' } };
  const exec = { command: ['sh', '-c', 'test "$TOKEN" = s3cret && test "$(cat "$0")" = s3cret', '/etc/keys/token'] };
  await using cluster = await LocalCluster.start([program, keys, server('web', {
    env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } }],
    volumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
    volumeMounts: [{ name: 'keys', mountPath: '/etc/keys' }],
    container: { startupProbe: { exec, periodSeconds: 1 }, livenessProbe: { exec, periodSeconds: 1 } },
  })]);
  expect(cluster.pods()[0]).toMatchObject({ ready: true, restarts: 0 });
});

test.each(
  [['of the probe', 1, 3600], ['of the pod, without one of its own', undefined, 1]],
)('a container that is not alive has the grace period %s to end', async (_, own, pods) => {
  const livenessProbe = {
    httpGet: { path: '/ready', port: 'http' },
    periodSeconds: 1,
    failureThreshold: 2,
    terminationGracePeriodSeconds: own,
  };
  const container = {
    readinessProbe: { tcpSocket: { port: 'http' } },
    livenessProbe,
    lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 100'] } } },
  };
  await using cluster = await LocalCluster.start(
    [program, service('web'), server('web', { container, pod: { terminationGracePeriodSeconds: pods } })],
  );
  const pod = cluster.pod(cluster.pods()[0].name);
  await ask(cluster, '/unready');
  await pod.notReady();
  await pod.ready();
  expect(pod.status.restarts).toBe(1);
});

test('a startup probe that gives up restarts its container', async () => {
  const startupProbe = { tcpSocket: { port: 8081 }, periodSeconds: 1, failureThreshold: 2 };
  const told: string[] = [];
  await using cluster = await LocalCluster.start([program, server('web', { container: { startupProbe } })], {
    waitForReady: false, onEvent: ({ type, message }) => type === 'unhealthy' && told.push(message),
  });
  await new Promise<void>((resolve) => cluster.on('event', ({ type }) => type === 'restarting' && resolve()));
  expect(told).toEqual(
    [expect.stringMatching(/^connecting to 127\.\S+:8081 failed: ECONNREFUSED; container server is restarted$/)],
  );
});
