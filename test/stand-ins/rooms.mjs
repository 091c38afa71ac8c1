// Stands in for the image of examples/rooms: rooms whose members get each other's messages over WebSockets.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const { LISTEN_ADDRESS, PORT, SHARD, MAX_EDITORS, DATABASE_URL, KEYS_DIR } = process.env;

const server = createServer((request, response) => {
  if (request.url === '/health') return response.end('ok');
  const key = readFileSync(`${KEYS_DIR}/signing.key`, 'utf8');
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ shard: SHARD, editors: MAX_EDITORS, database: DATABASE_URL, key }));
});

const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket, { url }) => {
  socket.room = url;
  socket.on('message', (message) => {
    for (const other of sockets.clients) if (other.room === url) other.send(`${SHARD}: ${message}`);
  });
});

// Members leave when they want to, or when the time is up: nobody is thrown out.
process.on('SIGTERM', () => server.close(() => process.exit()));

server.listen(PORT, LISTEN_ADDRESS);
