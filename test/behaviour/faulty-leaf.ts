import { ApiObject } from 'cdk8s';
import { EnvValue, Probe, Secret, Volume } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { authority } from '../certificates';
import { Backend, CaBundle, IBackend, ImageBackendOptions } from 'cdk8s-metaparticle';

/** How a leaf can misbehave: the text of a function of a socket, after a whole request has arrived. */
const FAULTS = {
  'resets': '(socket) => reset(socket)',
  'resets mid-answer': '(socket) => { socket.write(head(100) + "{"); setTimeout(() => reset(socket), 20); }',
  'closes': '(socket) => socket.end()',
  'never answers': '() => {}',
  'trickles': '(socket) => { socket.write(head(100)); const timer = setInterval(() => socket.write(" "), 1000); socket.on("close", () => clearInterval(timer)); }',
  'announces 1 GB': '(socket) => socket.write(head(1e9) + " ")',
  'sends 1 GB': '(socket) => { socket.write("HTTP/1.1 200 OK\\r\\n\\r\\n"); flood(socket); }',
  'sends garbage': '(socket) => socket.write(Buffer.alloc(1000, 0xfc))',
  'sends two answers': '(socket) => socket.write(answer(JSON.stringify(leaf)) + answer(JSON.stringify("stray")))',
  'says a wrong length': '(socket) => socket.end(head(5) + "1")',
  'sends invalid JSON': '(socket) => socket.write(answer("{"))',
  'answers 500': '(socket) => socket.write("HTTP/1.1 500 Internal Server Error\\r\\ncontent-length: 0\\r\\n\\r\\n")',
};

export type Fault = keyof typeof FAULTS;

/**
 * Leaves that answer with their number, as JSON, and that misbehave on request: header `x-fault: 2 resets` has leaf 2
 * reset the connection. A fault may be followed by a share: `2 closes @0.3` in three of ten requests.
 */
export const faultyLeaf: IBackend = backend({});

/** The same by TLS, with a certificate from a Secret for all Services of the namespace of a local cluster. */
export function secureFaultyLeaf(scope: Construct): IBackend {
  const ca = authority('Test CA');
  const { cert, key } = ca.issue({ names: ['*.default.svc'] });
  const data = { 'tls.crt': cert, 'tls.key': key };
  const { name } = new ApiObject(scope, 'Certificate', {
    apiVersion: 'v1', kind: 'Secret', metadata: { name: 'leaf' }, type: 'kubernetes.io/tls', stringData: data,
  });
  const volume = Volume.fromSecret(scope, 'Files', Secret.fromSecretName(scope, 'Secret', name));
  return backend({
    tls: { ca: CaBundle.fromPem(ca.pem) },
    env: { TLS: EnvValue.fromValue('/tls') },
    volumeMounts: [{ path: '/tls', volume, readOnly: true }],
    readiness: Probe.fromTcpSocket(),
  });
}

function backend(options: Partial<ImageBackendOptions>): IBackend {
  return Backend.fromImage('node:24-alpine', {
    port: 8080,
    command: ['node', '-e', `
      const leaf = Number(process.env.LEAF);
      const head = (length) => 'HTTP/1.1 200 OK\\r\\ncontent-type: application/json\\r\\ncontent-length: ' + length + '\\r\\n\\r\\n';
      const answer = (text) => head(text.length) + text;
      const piece = Buffer.alloc(65536, 32);
      const flood = (socket) => { while (!socket.destroyed && socket.write(piece)); socket.once('drain', () => flood(socket)); };
      const faults = { ${Object.entries(FAULTS).map(([name, code]) => `${JSON.stringify(name)}: ${code}`).join(',\n')} };
      const reset = (socket) => (socket._parent ?? socket).resetAndDestroy();
      const read = (name) => require('fs').readFileSync(process.env.TLS + '/' + name);
      const listen = (accept) => process.env.TLS
        ? require('tls').createServer({ cert: read('tls.crt'), key: read('tls.key') }, accept)
        : require('net').createServer(accept);
      listen((socket) => {
        let text = '';
        socket.on('error', () => {}).on('data', (data) => {
          text += data.toString('latin1');
          for (;;) {
            const end = text.indexOf('\\r\\n\\r\\n');
            if (end < 0) return;
            const length = Number(/content-length: (\\d+)/.exec(text.slice(0, end))?.[1] ?? 0);
            if (text.length < end + 4 + length) return;
            const request = text.slice(0, end);
            text = text.slice(end + 4 + length);
            const [, which, fault, share = 1] = /x-fault: (\\d+) ([^\\r]*?)(?: @([0-9.]+))?(?:\\r|$)/.exec(request) ?? [];
            if (Number(which) === leaf && Math.random() < share) faults[fault](socket);
            else socket.write(answer(JSON.stringify(leaf)));
          }
        });
      }).listen(8080, process.env.LISTEN_ADDRESS);
    `],
    ...options,
  });
}
