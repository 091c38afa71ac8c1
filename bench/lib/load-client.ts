// The program that makes the load: reads a LoadSpec from its standard input, and writes a LoadResult.
import { connect } from 'net';
import { json } from 'stream/consumers';
import type { LoadSpec } from './load';

const statuses: Record<string, number> = {};
/** How long each answer took, in milliseconds. */
const times: number[] = [];

async function main(): Promise<void> {
  const spec = await json(process.stdin) as LoadSpec;
  let sent = 0;
  const started = performance.now();
  await Promise.all(Array.from({ length: spec.connections }, async () => {
    // A server may close a connection after so many requests.
    while (sent < spec.requests) {
      await connection(
        spec, () => sent < spec.requests ? spec.messages[sent++ % spec.messages.length] : undefined,
      );
    }
  }));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((part) => times[Math.floor(times.length * part)]);
  process.stdout.write(JSON.stringify({ statuses, seconds, p50, p99, slowest: times.at(-1) }));
}

/** Sends one request after the other, until there is no next one or the server closes. */
function connection({ host, port }: LoadSpec, next: () => string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = '';
    let open = false;
    let sentAt = 0;
    const socket = connect({ host, port, noDelay: true });
    const send = () => {
      const message = next();
      open = message !== undefined;
      sentAt = performance.now();
      if (open) socket.write(message!, 'latin1');
      else socket.end();
    };
    socket.setEncoding('latin1').on('connect', send).on('data', (data: string) => {
      received += data;
      const answer = complete(received);
      if (!answer) return;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      times.push(performance.now() - sentAt);
      received = '';
      open = false;
      if (answer.last) socket.end();
      else send();
    }).on('error', reject).on('close', () => open ? reject(new Error('a request was not answered')) : resolve());
  });
}

/** The answer at hand, where it is whole; its length must be in its header. */
function complete(text: string): { status: string; last: boolean } | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const header = text.slice(0, head);
  const length = /\r\ncontent-length: *(\d+)/i.exec(header);
  if (!length) throw new Error(`an answer does not say its length:\n${header}`);
  if (text.length < head + 4 + Number(length[1])) return undefined;
  return { status: header.slice(9, 12), last: /\r\nconnection: *close/i.test(header) };
}

main().catch((error) => {
  process.exitCode = 1;
  console.error(error);
});
