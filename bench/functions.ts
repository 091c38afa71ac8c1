import { join } from 'path';
import { compare, costTable, ROUNDS } from './lib/compare';
import { functionServer } from './lib/function-server';
import { get } from './lib/load';
import { nodeProgram } from './lib/node-program';
import type { Program } from './lib/program';
import type { Section } from './lib/section';
import { findNode } from '../src/local/binaries/node';

const REQUESTS = 5_000;
const BARE = 'node:http';
const CODE = "export default ({ query: { name = 'world' } }) => ({ greeting: `hello ${name}` });\n";

/** CPU time of the program that runs functions, beside servers that one writes for the same. */
export default async function functions(): Promise<Section[]> {
  const { program: node, version } = await findNode();
  const address = (at: number) => ({ host: `127.79.${process.pid % 250}.${at}`, port: 8080 });
  const started: (readonly [name: string, host: string, program: Program])[] = [];
  const add = async (name: string, start: (where: ReturnType<typeof address>) => Promise<Program>) => {
    const where = address(started.length + 1);
    started.push([name, where.host, await start(where)]);
  };
  const byHand = (file: string) => (where: ReturnType<typeof address>) => (
    nodeProgram({ node, file: join(__dirname, 'functions', file), address: where })
  );
  try {
    await add(BARE, byHand('http.mjs'));
    await add('Fastify', byHand('fastify.mjs'));
    await add('Backend.fromFunction', (where) => functionServer({ node, address: where, code: CODE }));
    const costs = await compare(started.map(([name, host, program]) => ({
      name,
      load: { host, port: 8080, connections: 16, messages: [get('/?name=ada')] },
      processes: program.processes,
    })), { requests: REQUESTS });
    return [{
      title: 'Functions',
      about: `A function answers a GET with a small JSON object, on Node ${version}. The server of `
        + 'Backend.fromFunction also bounds bodies, time and concurrency, drains, and counts for its metrics. '
        + `${ROUNDS} rounds of ${REQUESTS} requests over 16 connections.`,
      tables: [costTable('server', costs, [BARE, 'Fastify'])],
    }];
  } finally {
    await Promise.all(started.map(([, , program]) => program.stop()));
  }
}
