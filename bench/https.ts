import { Chart, Testing } from 'cdk8s';
import { Backend, CaBundle, Spread } from '../src';
import { compare, costTable, ROUNDS } from './lib/compare';
import { get } from './lib/load';
import { nginx, oneWorker } from './lib/nginx';
import type { Program } from './lib/program';
import type { Section, Table } from './lib/section';
import { authority } from '../test/certificates';

const REQUESTS = 5_000;
const CLEAR = 'in clear text';
/** What TLS to backends may cost, where connections are kept. */
const GOAL = 1.3;
const SIZES = [100, 10_000];

/** CPU time of a Spread's router per request, over kept-alive connections to a backend: by TLS, and in clear text. */
export default async function https(): Promise<Section[]> {
  const [backend, plain, secure] = [1, 2, 3].map((at) => `127.77.${process.pid % 250}.${at}`);
  const ca = authority('Bench');
  const { cert, key } = ca.issue({ names: ['backend.example.com'] });
  const started: Program[] = [];
  try {
    const files = Object.fromEntries(SIZES.map((size) => [size, 'x'.repeat(size)]));
    started.push(await nginx(
      backendAt(backend), { host: backend, port: 8080 }, {}, { ...files, 'tls.crt': cert, 'tls.key': key },
    ));
    const tls = { serverName: 'backend.example.com', ca: CaBundle.fromPem(ca.pem) };
    started.push(await router(plain, `http://${backend}:8080`, ca.pem));
    started.push(await router(secure, `https://${backend}:8443`, ca.pem, tls));
    const tables: Table[] = [];
    for (const size of SIZES) {
      const costs = await compare([[CLEAR, plain], ['by TLS', secure]].map(([name, host], at) => ({
        name,
        load: { host, port: 8080, connections: 16, messages: [get(`/${size}`)] },
        processes: started[at + 1].processes,
        goal: at ? { atMost: GOAL, of: CLEAR } : undefined,
      })), { requests: REQUESTS });
      tables.push(costTable(`answers of ${size} B`, costs, [CLEAR]));
    }
    return [{
      title: 'TLS from routers to backends',
      about: "A Spread's router asks one backend over kept-alive connections. "
        + `${ROUNDS} rounds of ${REQUESTS} requests over 16 connections.`,
      tables,
    }];
  } finally {
    await Promise.all(started.map((program) => program.stop()));
  }
}

/** The router as its pod would run it. */
async function router(host: string, url: string, ca: string, tls?: object): Promise<Program> {
  const chart = new Chart(Testing.app(), 'bench');
  new Spread(chart, 'Web', { backend: Backend.fromUrl(url, { tls }) });
  const { data } = Testing.synth(chart).find(
    ({ kind, data: files }) => kind === 'ConfigMap' && files['nginx.conf.template'],
  );
  // No name is asked for, so that nobody need answer.
  const values = {
    LISTEN_ADDRESS: host, ACCESS_LOG: 'off', SERVED_BY: '', NGINX_LOCAL_RESOLVERS: host, BACKEND_CA_0: 'ca.crt',
  };
  return nginx(data['nginx.conf.template'], { host, port: 8080 }, values, { 'ca.crt': ca });
}

/** A backend that is never the bottleneck: nginx with a file for each size, called by it. */
function backendAt(host: string): string {
  return oneWorker(`
  keepalive_requests 1000000;
  server {
    listen ${host}:8080 backlog=1024;
    listen ${host}:8443 ssl backlog=1024;
    ssl_certificate tls.crt;
    ssl_certificate_key tls.key;
    open_file_cache max=10;
    root .;
  }
`);
}
