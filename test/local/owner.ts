import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const config = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'site' },
  data: { 'site.conf.template': 'server { listen ${LISTEN_ADDRESS}:8080; }' },
};
const nginx = server('static', {
  container: {
    image: 'nginx',
    args: [],
    env: [],
    readinessProbe: { tcpSocket: { port: 8080 } },
    volumeMounts: [{
      name: 'site',
      mountPath: '/etc/nginx/templates',
    }],
  },
  volumes: [{ name: 'site', configMap: { name: 'site' } }],
});

/**
 * A process that starts a cluster and forgets to stop it: run by owner.test.ts, with what it does then and the folder
 * for data as its arguments.
 */
async function main(): Promise<void> {
  const objects = [program, config, server('web', { replicas: 2 }), service('web'), nginx];
  const cluster = await LocalCluster.start(objects, { data: process.argv[3] });
  const state = await (await cluster.fetch('web', '/env/STATE')).text();
  process.send!({ folder: state.slice(0, state.indexOf('/pods/')), addresses: cluster.pods().map(({ ip }) => ip) });
  if (process.argv[2] === 'throw') throw new Error('forgot to catch');
  if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
  process.disconnect();
}

void main();
