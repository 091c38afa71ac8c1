import * as http2 from 'node:http2';
import { limit } from './time-limit';

/** What grpc.health.v1.HealthCheckResponse says, by its number. */
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** What is asked: a server as a whole, or one service of it. */
interface GrpcCheck { readonly port: number; readonly service?: string }

/**
 * Asks grpc.health.v1.Health/Check, without TLS, as a kubelet does. Resolves to undefined when the answer is SERVING,
 * else to what went wrong, in words.
 */
export function grpcHealth(
  host: string, { port, service = '' }: GrpcCheck, timeout: number,
): Promise<string | undefined> {
  const title = `grpc ${host}:${port}${service && ` ${service}`}`;
  return new Promise((resolve) => {
    const session = http2.connect(`http://${host}:${port}`);
    const stop = limit(timeout, () => end(`${title} did not answer within ${timeout / 1000} s`));
    const failed = (error: Error) => {
      // A call that is cancelled says of its session why.
      const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
      end(`${title} failed: ${code ?? message}`);
    };
    session.on('error', failed);
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'te': 'trailers',
      'user-agent': 'kube-probe/local',
    });
    const chunks: Buffer[] = [];
    let head: http2.IncomingHttpHeaders = {};
    call.on('response', (headers) => { head = { ...head, ...headers }; })
      .on('trailers', (headers) => { head = { ...head, ...headers }; })
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('error', failed)
      .on('end', () => end(judged(title, head, Buffer.concat(chunks))));
    call.end(framed(request(service)));
    function end(failure: string | undefined) {
      stop();
      session.destroy();
      resolve(failure);
    }
  });
}

function judged(title: string, head: http2.IncomingHttpHeaders, body: Buffer): string | undefined {
  if (head[':status'] as unknown !== 200) return `${title} answered ${head[':status']}`;
  const code = head['grpc-status'];
  const message = unescaped(String(head['grpc-message'] ?? ''));
  if (code !== '0') return `${title} ended with grpc-status ${code ?? 'none'} ${message}`.trim();
  // One frame, whose message has one field: a status other than 0.
  const status = body[5] === 8 ? body[6] : 0;
  return status === 1 ? undefined : `${title} is ${STATUSES[status] ?? status}`;
}

/** A message of gRPC has bytes as `%20`, and may have `%` without any. */
function unescaped(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
}

/** HealthCheckRequest: the service is its first field, length before text. */
function request(service: string): Buffer {
  const text = Buffer.from(service);
  return text.length === 0 ? text : Buffer.concat([Buffer.from([0x0a, ...varint(text.length)]), text]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [128 + value % 128, ...varint(Math.floor(value / 128))];
}

/** A message, not compressed, behind its length. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
