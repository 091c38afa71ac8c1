// A gRPC server without dependencies, so that it runs wherever Node does: `acme.Greeter`, whose messages are JSON in
// place of protocol buffers, and the health check that kubelets ask. It listens on PORT of LISTEN_ADDRESS.
import { readFileSync } from 'node:fs';
import { createSecureServer, createServer } from 'node:http2';

const { PORT = '50051', LISTEN_ADDRESS = '0.0.0.0', TLS, POD_NAME = process.env.HOSTNAME, SHARD } = process.env;
const NAME = SHARD === undefined ? POD_NAME : `shard ${SHARD}`;
const OK = { 'grpc-status': '0' };

/** A message in its frame: a flag, its length, its bytes. */
function framed(message) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Calls back with each message of a stream. */
function messagesOf(stream, onMessage) {
  let rest = Buffer.alloc(0);
  stream.on('data', (piece) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      onMessage(rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  });
}

let aborted = 0;
let ending = false;
const json = (value) => framed(Buffer.from(JSON.stringify(value)));
const parsed = (message) => JSON.parse(message.toString());

/** Each method: what it answers to a message, and at the end of the client's stream. */
const METHODS = {
  // unary
  Hello: (stream, headers) => ({
    message: (request) => stream.write(json({ text: `hello ${request.name}`, by: NAME, headers })),
  }),
  // client streaming
  Count: (stream) => {
    let count = 0;
    return { message: () => { count++; }, end: () => stream.write(json({ count, by: NAME })) };
  },
  // server streaming
  List: (stream) => ({
    message: ({ count }) => { for (let i = 0; i < count; i++) stream.write(json({ i })); },
  }),
  // both
  Chat: (stream) => ({ message: (request) => stream.write(json({ ...request, by: NAME })) }),
  Fail: (stream) => ({
    message: () => stream.emit('status', { 'grpc-status': '9', 'grpc-message': 'not%20now', 'x-why': 'because' }),
  }),
  // never answers
  Wait: (stream) => {
    stream.on('aborted', () => { aborted++; });
    return { message: () => {}, waits: true };
  },
  // how many callers have gone away from that
  Aborted: (stream) => ({ message: () => stream.write(json({ aborted })) }),
  Crash: () => ({ message: () => process.exit(1), waits: true }),
};

function call(stream, headers) {
  // No further call may begin over its connection, while this one is answered (RFC 9113, section 6.8). Said without an
  // open call, Node would close the connection at once, and lose one that is on its way.
  if (ending) stream.session.goaway(0, 2 ** 31 - 1);
  const [, service, method] = headers[':path'].split('/');
  let status = OK;
  stream.on('status', (given) => { status = given; });
  stream.on('wantTrailers', () => stream.sendTrailers(status));
  stream.on('error', () => {});
  if (service === 'grpc.health.v1.Health') {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    return void stream.end(framed(Buffer.of(8, 1))); // SERVING
  }
  if (service !== 'acme.Greeter' || !METHODS[method]) {
    return void stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true },
    );
  }
  const { message, end, waits } = METHODS[method](stream, headers);
  if (!waits) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'x-by': NAME }, { waitForTrailers: true });
  }
  messagesOf(stream, (bytes) => message(parsed(bytes)));
  stream.on('end', () => {
    end?.();
    if (!waits) stream.end();
  });
}

const server = TLS
  ? createSecureServer({ cert: readFileSync(`${TLS}/tls.crt`), key: readFileSync(`${TLS}/tls.key`) })
  : createServer();
server.on('stream', call);
process.on('SIGTERM', () => {
  // The process ends with the last connection, each of which is told with its next call, or closed by its idle caller.
  ending = true;
  server.close();
});
server.listen(Number(PORT), LISTEN_ADDRESS);
