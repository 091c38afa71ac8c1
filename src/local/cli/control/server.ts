import { once } from 'node:events';
import { lstatSync, rmSync } from 'node:fs';
import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { addressed } from './address';
import { isAnswered } from './find';
import { Arguments, METHODS, podsOf } from './methods';
import { LocalCluster } from '../../cluster';
import { JsonLines, jsonLine } from '../json-lines';
import { Requests } from '../requests';

/** What a request may bring at most, in bytes. */
const LARGEST_BODY = 64 * 1024;

/** So long may a request take to arrive, in milliseconds. */
const ARRIVAL = 10_000;

/** So many may ask at the same time. */
const MOST_CONNECTIONS = 100;

/** Which cluster answers, for people who must choose. */
export interface Introduction {
  readonly pid: number;
  /** What its `up` was given. */
  readonly manifests: readonly string[];
  /** Where its `up` runs. */
  readonly folder: string;
}

/** A mistake of the one who asks. */
class Refusal extends Error {
  public constructor(public readonly status: number, message: string) {
    super(message);
  }
}

/** Answers those who control a cluster from other processes of the same user: HTTP with JSON over a UNIX socket. */
export class ControlServer {
  /** Opens it. Throws where another one answers at this path, or something else is there. */
  public static async open(
    socket: string, cluster: LocalCluster, requests: Requests, introduction: Introduction,
  ): Promise<ControlServer> {
    await makeRoom(socket);
    const control = new ControlServer(socket, cluster, requests, introduction);
    await control.listen();
    return control;
  }

  private readonly server: Server;

  private constructor(
    public readonly socket: string, private readonly cluster: LocalCluster, private readonly requests: Requests,
    private readonly introduction: Introduction,
  ) {
    this.server = createServer({ requestTimeout: ARRIVAL, headersTimeout: ARRIVAL }, (request, response) => {
      void this.answer(request, response);
    });
    this.server.maxConnections = MOST_CONNECTIONS;
  }

  /** Ends it at once: who waits for an answer learns that the cluster ends. */
  public close(): void {
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.socket, { force: true });
  }

  private async listen(): Promise<void> {
    await addressed(this.socket, async (address) => {
      // Nobody but its user may connect, whatever folder it is in.
      const before = process.umask(0o177);
      try {
        this.server.listen(address);
      } finally {
        process.umask(before);
      }
      await once(this.server, 'listening');
    }).catch(({ message }: Error) => {
      throw new Error(`the socket ${this.socket} cannot be opened (${message}): give another path with --socket`);
    });
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { pathname, searchParams } = new URL(request.url!, 'http://up');
      const name = pathname.slice(1);
      if (request.method === 'GET') this.read(name, searchParams, response);
      else if (request.method === 'POST') send(response, 200, await this.call(name, await bodyOf(request)) ?? {});
      else throw new Refusal(405, `${request.method} is no method here: use GET or POST`);
    } catch (error) {
      const { message } = error as Error;
      send(response, error instanceof Refusal ? error.status : 400, { message });
    }
  }

  private read(name: string, options: URLSearchParams, response: ServerResponse): void {
    if (name === '') send(response, 200, this.introduction);
    else if (name === 'pods') send(response, 200, podsOf(this.cluster, options.get('target') ?? undefined));
    else if (name === 'requests' && options.has('follow')) this.stream(response);
    else if (name === 'requests') send(response, 200, this.requests.kept);
    else throw new Refusal(404, `there is no GET /${name}: there are /, /pods and /requests`);
  }

  private async call(name: string, args: Arguments): Promise<unknown> {
    if (Object.hasOwn(METHODS, name)) return METHODS[name](this.cluster, args);
    throw new Refusal(404, `there is no POST /${name}: there are ${Object.keys(METHODS).join(', ')}`);
  }

  /** The requests that are kept, and those to come, a line for each. */
  private stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const lines = new JsonLines(response);
    this.requests.kept.forEach((line) => lines.write(line));
    response.flushHeaders();
    const tell = (line: object) => lines.write(line);
    this.requests.on('request', tell);
    response.once('close', () => this.requests.off('request', tell));
  }
}

function send(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(jsonLine(value));
}

async function bodyOf(request: IncomingMessage): Promise<Arguments> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > LARGEST_BODY) throw new Refusal(413, `the body is longer than ${LARGEST_BODY} bytes`);
  }
  try {
    const args = JSON.parse(text || '{}');
    if (typeof args === 'object' && args !== null && !Array.isArray(args)) return args;
  } catch {
    // said below
  }
  throw new Refusal(400, `the body is ${JSON.stringify(text.slice(0, 60))}: give an object in JSON`);
}

/** Removes a socket whose cluster was killed. */
async function makeRoom(socket: string): Promise<void> {
  const stat = lstatSync(socket, { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isSocket()) throw new Error(`--socket is ${socket}, which is there and is no socket: give another path`);
  if (await isAnswered(socket)) {
    throw new Error(`--socket is ${socket}, where another program answers: end that, or give another path`);
  }
  rmSync(socket, { force: true });
}
