import { once } from 'node:events';
import { IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { addressed } from './address';

/** What to ask of an `up`: with arguments it is a POST, without them a GET. */
export interface Question { readonly path: string; readonly args?: object; readonly signal?: AbortSignal }

/** Nobody answers at a socket. */
export class NobodyAnswers extends Error {}

/** Asks the `up` of a socket. Throws the sentence of its error. */
export async function ask(socket: string, question: Question): Promise<any> {
  const response = await begin(socket, question);
  const answer = parse(socket, await text(response).catch(() => ended(socket)));
  if (response.statusCode === 200) return answer;
  throw new Error(answer.message);
}

/** Asks for an answer that goes on: its lines, as they come. */
export async function* askForLines(socket: string, question: Question): AsyncGenerator<any, void> {
  let rest = '';
  try {
    for await (const chunk of (await begin(socket, question)).setEncoding('utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield JSON.parse(line);
    }
  } catch (error) {
    // The cluster ends, and with it what there is to follow.
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
}

async function begin(socket: string, { path, args, signal }: Question): Promise<IncomingMessage> {
  try {
    return await addressed(socket, async (socketPath) => {
      const method = args ? 'POST' : 'GET';
      const asked = request({ socketPath, path, method, signal, agent: false, headers: { host: 'up' } });
      asked.end(args && JSON.stringify(args));
      const [response] = await once(asked, 'response');
      return response;
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ECONNRESET') return ended(socket);
    if (code === 'ECONNREFUSED' || code === 'ENOENT') {
      throw new NobodyAnswers(`nobody answers at ${socket}: has its \`cdk8s-metaparticle up\` ended?`);
    }
    throw new Error(`${socket} cannot be asked: ${message}`, { cause: error });
  }
}

function parse(socket: string, answer: string): any {
  try {
    return JSON.parse(answer);
  } catch {
    throw new Error(`${socket} is the socket of another program: name that of a \`cdk8s-metaparticle up\``);
  }
}

function ended(socket: string): never {
  throw new Error(`the cluster of ${socket} ended before it answered`);
}
