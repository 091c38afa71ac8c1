// A proxy as one writes it with Fastify: `node fastify.mjs config.json`.
import { readFileSync } from 'node:fs';
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const { port, pods } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let next = 0;

const app = fastify();
await app.register(proxy, {
  upstream: '', replyOptions: { getUpstream: () => `http://${pods[next++ % pods.length]}:8080` },
});
await app.listen({ port, host: process.env.LISTEN_ADDRESS });
