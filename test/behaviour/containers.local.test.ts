import { Chart, Testing } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { LocalCluster } from '../../src/local/testing';
import { Backend, handler, Spread } from 'cdk8s-metaparticle';

/** A server of an image, which answers with what an expression gives. */
const server = (expression: string, port = 'process.env.PORT') => ['node', '-e', `const fs = require('fs');
require('http').createServer(async (request, response) => response.end(String(await (${expression}))))
  .listen(${port}, process.env.LISTEN_ADDRESS)`];

const secretIn = (chart: Chart) => kplus.Secret.fromSecretName(chart, 'Database', 'database');
const secrets = { database: { PASSWORD: 'p4ss' } };

test('an image has its Secret as variables and as a file, what its init container wrote, and its sidecar', async () => {
  const chart = new Chart(Testing.app(), 'shop');
  const database = secretIn(chart);
  const scratch = { path: '/scratch', volume: kplus.Volume.fromEmptyDir(chart, 'Scratch', 'scratch') };
  // Without mounts of its own, a process on this machine learns its paths from the environment.
  const env = { SCRATCH: kplus.EnvValue.fromValue('/scratch'), KEYS: kplus.EnvValue.fromValue('/keys') };
  const web = new Spread(chart, 'Web', {
    replicas: 1,
    backend: Backend.fromImage('ghcr.io/acme/web:1', {
      port: 8080,
      env,
      envFrom: [kplus.Env.fromSecret(database)],
      volumeMounts: [
        scratch,
        { path: '/keys', volume: kplus.Volume.fromSecret(chart, 'Keys', database), readOnly: true },
      ],
      initContainers: [{
        name: 'migrate', image: 'ghcr.io/acme/migrate:1', envVariables: { SCRATCH: env.SCRATCH }, volumeMounts: [scratch],
      }],
      sidecars: [{ name: 'proxy', image: 'ghcr.io/acme/proxy:1', portNumber: 9000 }],
    }),
  });
  await using cluster = await LocalCluster.start(chart, {
    secrets,
    commands: {
      'ghcr.io/acme/web': server(`Promise.all([
        process.env.PASSWORD,
        fs.promises.readFile(process.env.KEYS + '/PASSWORD', 'utf8'),
        fs.promises.readFile(process.env.SCRATCH + '/seen', 'utf8'),
        fetch('http://localhost:9000').then((answer) => answer.text()),
      ])`),
      // It runs after the sidecar has started, and can use it.
      'ghcr.io/acme/migrate': ['node', '-e', `fetch('http://localhost:9000').then((answer) => answer.text())
        .then((text) => require('fs').writeFileSync(process.env.SCRATCH + '/seen', 'migrated by ' + text))`],
      'ghcr.io/acme/proxy': server("'the proxy'"),
    },
  });
  expect(await (await cluster.fetch(web, '/')).text()).toBe('p4ss,p4ss,migrated by the proxy,the proxy');
});

test('a function reads a file that is mounted, and none beside it', async () => {
  const chart = new Chart(Testing.app(), 'shop');
  const web = new Spread(chart, 'Web', {
    replicas: 1,
    backend: Backend.fromFunction(handler(async (request) => {
      const { readFile } = await import('node:fs/promises');
      return readFile(`${process.env.KEYS}${request.query.path}`, 'utf8').catch((error) => error.code);
    }), {
      env: { KEYS: kplus.EnvValue.fromValue('/keys') },
      volumeMounts: [{
        path: '/keys',
        volume: kplus.Volume.fromSecret(chart, 'Keys', secretIn(chart)),
        readOnly: true,
      }],
    }),
  });
  await using cluster = await LocalCluster.start(chart, { secrets });
  const read = async (path: string) => (await cluster.fetch(web, `/?path=${path}`)).text();
  expect(await read('/PASSWORD')).toBe('p4ss');
  expect(await read('/../../../../../../../etc/passwd')).toBe('ERR_ACCESS_DENIED');
});
