import { stringify } from 'yaml';

/**
 * A server that says which pod it is; `/env/NAME`, `/pid`, `/file?path=`, `/list?path=`, `/mode?path=`, `/get?url=`
 * and `/crash` show what a pod is like inside; `/write?path=&text=` changes it.
 */
const PROGRAM = `
const http = require('node:http'), fs = require('node:fs');
const started = Date.now();
const server = http.createServer(async (request, response) => {
  const url = new URL(request.url, 'http://pod');
  try {
    if (url.pathname.startsWith('/env/')) return response.end(process.env[url.pathname.slice(5)] ?? '-');
    if (url.pathname === '/args') return response.end(JSON.stringify(process.argv.slice(2)));
    if (url.pathname === '/file') return response.end(fs.readFileSync(url.searchParams.get('path')));
    if (url.pathname === '/list') return response.end(fs.readdirSync(url.searchParams.get('path')).filter((name) => !name.startsWith('..')).join());
    if (url.pathname === '/mode') return response.end((fs.statSync(url.searchParams.get('path')).mode & 0o777).toString(8));
    if (url.pathname === '/write') return fs.writeFileSync(url.searchParams.get('path'), url.searchParams.get('text')) ?? response.end();
    if (url.pathname === '/get') return response.end(await (await fetch(url.searchParams.get('url'))).text());
    if (url.pathname === '/pid') return response.end(String(process.pid));
    if (url.pathname === '/crash') process.exit(3);
    if (url.pathname === '/ready') return response.writeHead(fs.existsSync(process.env.STATE + '/not-ready') ? 503 : 200).end();
    if (url.pathname === '/unready') return fs.writeFileSync(process.env.STATE + '/not-ready', '') ?? response.end();
    if (url.pathname === '/reready') return fs.rmSync(process.env.STATE + '/not-ready') ?? response.end();
    if (url.pathname === '/length') { let n = 0; for await (const chunk of request) n += chunk.length; return response.end(String(n)); }
    response.end(process.env.HOSTNAME);
  } catch (error) {
    response.writeHead(500).end(String(error.cause ?? error));
  }
});
server.listen(8080, process.env.LISTEN_ADDRESS);
process.on('SIGTERM', () => { server.close(() => process.exit()); server.closeIdleConnections(); });
`;

/** A readiness probe that looks often. */
export const READY = { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1, failureThreshold: 1 };

/** The program as a ConfigMap `program`. */
export const program = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'program' },
  data: { 'server.cjs': PROGRAM },
};

/** What differs from a plain Deployment of the program. */
export interface ServerOptions {
  readonly replicas?: number;
  readonly spec?: object;
  readonly pod?: object;
  readonly container?: object;
  readonly env?: readonly object[];
  readonly volumes?: readonly object[];
  readonly volumeMounts?: readonly object[];
}

/** A Deployment of the program, in the node image. */
export function server(name: string, options: ServerOptions = {}): any {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: { app: name } },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: { app: name } },
      ...options.spec,
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [{
            name: 'server',
            image: 'node:24-alpine',
            args: ['node', '/opt/program/server.cjs'],
            ports: [{ name: 'http', containerPort: 8080 }],
            env: [{ name: 'STATE', value: '/run/state' }, ...options.env ?? []],
            readinessProbe: READY,
            volumeMounts: [
              { name: 'program', mountPath: '/opt/program' },
              { name: 'state', mountPath: '/run/state' },
              ...options.volumeMounts ?? [],
            ],
            ...options.container,
          }],
          volumes: [
            { name: 'program', configMap: { name: 'program' } },
            { name: 'state', emptyDir: {} },
            ...options.volumes ?? [],
          ],
          ...options.pod,
        },
      },
    },
  };
}

/** A StatefulSet of the program, with a claim `data` for each pod, which is at `/data`. */
export function statefulSet(name: string, options: ServerOptions = {}): any {
  const { metadata, spec } = server(name, {
    ...options,
    env: [{ name: 'DATA', value: '/data' }, ...options.env ?? []],
    volumeMounts: [{ name: 'data', mountPath: '/data' }, ...options.volumeMounts ?? []],
  });
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      serviceName: `${name}-headless`,
      volumeClaimTemplates: [{
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      }],
      ...spec,
    },
  };
}

/** A Service over the pods of a Deployment; `spec: { clusterIP: 'None' }` makes it headless. */
export function service(name: string, app = name, spec: object = {}): any {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app }, ports: [{ name: 'http', port: 8080, targetPort: 'http' }], ...spec },
  };
}

/** As a file on disk would have it. */
export function yaml(...objects: object[]): string {
  return objects.map((object) => stringify(object)).join('---\n');
}
