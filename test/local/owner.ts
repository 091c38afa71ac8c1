import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/testing';

/** A process that starts a cluster and forgets to stop it: run by owner.test.ts, with what it does then as its argument. */
async function main(): Promise<void> {
  const cluster = await LocalCluster.start([program, server('web', { replicas: 2 }), service('web')]);
  const state = await (await cluster.fetch('web', '/env/STATE')).text();
  process.send!({ folder: state.slice(0, state.indexOf('/pods/')) });
  if (process.argv[2] === 'throw') throw new Error('forgot to catch');
  if (process.argv[2] === 'stay') setInterval(() => {}, 1000);
  process.disconnect();
}

void main();
