// Stands in for the image of examples/inference: answers with what it was asked, token by token, where a stream is
// wanted.
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const { LISTEN_ADDRESS, PORT, SHARD, HF_TOKEN } = process.env;
const started = Date.now();

createServer(async (request, response) => {
  // It loads a model first.
  if (request.url === '/health') return response.writeHead(Date.now() - started < 3_000 ? 503 : 200).end();
  const parts = [];
  for await (const part of request) parts.push(part);
  const { prompt, stream } = JSON.parse(Buffer.concat(parts).toString());
  const words = `${SHARD} ${HF_TOKEN} ${prompt.length}`.split(' ');
  if (!stream) return response.end(words.join(' '));
  response.setHeader('content-type', 'text/event-stream');
  for (const word of words) {
    response.write(`data: ${word}\n\n`);
    await setTimeout(300);
  }
  response.end('data: [DONE]\n\n');
}).listen(PORT, LISTEN_ADDRESS);
