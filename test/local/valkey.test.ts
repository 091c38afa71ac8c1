import { once } from 'node:events';
import { connect } from 'node:net';
import { server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';

const PORT = 6379;

/** Says commands over one connection, as RESP has them on a line, and answers the lines that come back. */
async function say(host: string, commands: string[], answers: number): Promise<string[]> {
  const socket = connect(PORT, host);
  try {
    await once(socket, 'connect');
    socket.write(commands.map((command) => `${command}\r\n`).join(''));
    let text = '';
    while (text.split('\r\n').length <= answers) text += (await once(socket, 'data'))[0];
    return text.split('\r\n').slice(0, -1);
  } finally {
    socket.destroy();
  }
}

const deployment = (name: string, container: object, pod: object = {}) => server(name, {
  pod: { volumes: [{ name: 'data', emptyDir: {} }], ...pod },
  container: {
    ports: [{ name: 'http', containerPort: PORT }],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    ...container,
  },
});

describe('Valkey in a pod', () => {
  let cluster: LocalCluster;
  beforeAll(async () => {
    cluster = await LocalCluster.start([
      deployment('state', {
        image: 'valkey/valkey:9-alpine',
        args: ['--requirepass', '$(REDISCLI_AUTH)', '--appendonly', 'yes', '--appendfsync', 'always', '--dir', '/data'],
        env: [{ name: 'REDISCLI_AUTH', value: 'open sesame' }],
        readinessProbe: { exec: { command: ['valkey-cli', '-e', 'ping'] }, periodSeconds: 1, failureThreshold: 1 },
        livenessProbe: { exec: { command: ['redis-cli', '-h', 'localhost', '-p', '6379', '-e', 'ping'] } },
      }),
      service('state', 'state', { ports: [{ port: PORT, targetPort: 'http' }] }),
      // Everything as the image has it; its data in the folder that it starts in.
      deployment('plain', {
        image: 'redis:8',
        args: [],
        readinessProbe: { exec: { command: ['sh', '-c', 'redis-cli -e set ready yes'] }, periodSeconds: 1 },
      }),
      // Two at the same port of the same machine, one of them told to listen on all of its addresses.
      deployment('other', {
        image: 'valkey/valkey',
        command: ['sh', '-c', 'exec valkey-server --bind 0.0.0.0 --save ""'],
        args: undefined,
        readinessProbe: { tcpSocket: { port: PORT }, periodSeconds: 1 },
      }),
    ]);
  }, 300_000);
  afterAll(async () => cluster?.stop());

  const ipOf = (name: string) => cluster.pods().find((pod) => pod.name.startsWith(name))!.ip;

  test('keeps what it is told, behind its Service and its password', async () => {
    const { host } = cluster.address('state');

    expect(await say(host, ['GET a'], 1)).toEqual(['-NOAUTH Authentication required.']);
    expect(await say(host, ['AUTH "open sesame"', 'SET a 7', 'INCR a'], 3)).toEqual(['+OK', '+OK', ':8']);
  });

  test('has its data again when its container is killed', async () => {
    await say(ipOf('state'), ['AUTH "open sesame"', 'SET kept yes'], 2);
    const pod = cluster.pod(cluster.pods().find(({ name }) => name.startsWith('state'))!.name);
    await pod.kill();
    await pod.ready();

    expect(await say(ipOf('state'), ['AUTH "open sesame"', 'GET kept'], 3)).toEqual(['+OK', '$3', 'yes']);
  });

  test('listens on the address of its pod alone, whatever it is told; its command line finds it there', async () => {
    for (const name of ['plain', 'other']) {
      const ip = ipOf(name);
      expect(await say(ip, ['CONFIG GET bind'], 5)).toEqual(['*2', '$4', 'bind', `$${ip.length}`, ip]);
    }
    expect(await say(ipOf('plain'), ['GET ready'], 2)).toEqual(['$3', 'yes']);
    expect(await say(ipOf('other'), ['GET ready'], 1)).toEqual(['$-1']);
  });
});
