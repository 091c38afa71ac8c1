import { Chart, Testing } from 'cdk8s';
import { Backend, CaBundle, Spread } from '../src';
import { Candidate, compare } from './lib/compare';
import { get } from './lib/load';
import { Nginx, oneWorker } from './lib/nginx';
import { table } from './lib/table';
import { authority } from '../test/certificates';

const ROUNDS = 9;
const REQUESTS = 30_000;
/** What TLS to backends may cost, where connections are kept. */
const GOAL = 1.3;
const SIZES = [100, 10_000];

/** CPU time of a Spread's router per request, over kept-alive connections to a backend: by TLS, and in clear text. */
export default async function https(): Promise<void> {
  const [backend, plain, secure] = [1, 2, 3].map((at) => `127.77.${process.pid % 250}.${at}`);
  const ca = authority('Bench');
  const { cert, key } = ca.issue({ names: ['backend.example.com'] });
  const started: Nginx[] = [];
  try {
    const files = Object.fromEntries(SIZES.map((size) => [size, 'x'.repeat(size)]));
    started.push(await Nginx.start(
      backendAt(backend), { host: backend, port: 8080 }, {}, { ...files, 'tls.crt': cert, 'tls.key': key },
    ));
    const tls = { serverName: 'backend.example.com', ca: CaBundle.fromPem(ca.pem) };
    started.push(await router(plain, `http://${backend}:8080`, ca.pem));
    started.push(await router(secure, `https://${backend}:8443`, ca.pem, tls));
    for (const size of SIZES) {
      const candidates = [['in clear text', plain], ['by TLS', secure]].map(([name, host], at): Candidate => ({
        name,
        load: { host, port: 8080, connections: 16, messages: [get(`/${size}`)] },
        processes: started[at + 1].processes,
      }));
      const costs = await compare(candidates, { rounds: ROUNDS, requests: REQUESTS });
      console.log(table(
        [`answers of ${size} B`, 'µs CPU a request', 'of clear text', 'goal'],
        costs.map(({ name, cpu, ratio }, at) => [name, cpu.toFixed(1), (1 / ratio).toFixed(2), at ? `≤ ${GOAL}` : '']),
      ));
    }
    console.log(`medians of ${ROUNDS} rounds of ${REQUESTS} requests each, one worker, one backend`);
  } finally {
    await Promise.all(started.map((nginx) => nginx.stop()));
  }
}

/** The router as its pod would run it. */
async function router(host: string, url: string, ca: string, tls?: object): Promise<Nginx> {
  const chart = new Chart(Testing.app(), 'bench');
  new Spread(chart, 'Web', { backend: Backend.fromUrl(url, { tls }) });
  const { data } = Testing.synth(chart).find(
    ({ kind, data: files }) => kind === 'ConfigMap' && files['nginx.conf.template'],
  );
  // No name is asked for, so that nobody need answer.
  const values = {
    LISTEN_ADDRESS: host, ACCESS_LOG: 'off', SERVED_BY: '', NGINX_LOCAL_RESOLVERS: host, BACKEND_CA_0: 'ca.crt',
  };
  return Nginx.start(data['nginx.conf.template'], { host, port: 8080 }, values, { 'ca.crt': ca });
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
