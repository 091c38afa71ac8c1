// The function as one writes it with Fastify: `node fastify.mjs config.json`.
import { readFileSync } from 'node:fs';
import fastify from 'fastify';

const { port } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const app = fastify();
app.get('/', async ({ query: { name = 'world' } }) => ({ greeting: `hello ${name}` }));
await app.listen({ port, host: process.env.LISTEN_ADDRESS });
