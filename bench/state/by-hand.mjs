// The least that asks a Valkey: one connection, on which commands wait for their replies in turn.
import { connect } from 'node:net';

const waiting = [];
let socket;
let text = '';

export function call(...parts) {
  socket ??= connect({ host: '127.0.0.1', port: Number(process.env.VALKEY_PORT), noDelay: true })
    .setEncoding('utf8').on('data', (data) => read(data));
  socket.write(`*${parts.length}\r\n${parts.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join('')}`);
  return new Promise((resolve) => waiting.push(resolve));
}

function read(data) {
  text += data;
  for (;;) {
    const end = text.indexOf('\r\n');
    if (end < 0) return;
    const head = text.slice(1, end);
    const length = text[0] === '$' ? Number(head) : -1;
    const next = end + 2 + (length < 0 ? 0 : length + 2);
    if (text.length < next) return;
    waiting.shift()(length < 0 ? text[0] === '$' ? null : head : text.slice(end + 2, next - 2));
    text = text.slice(next);
  }
}
