import { request as send } from 'node:http';
import { answer, Behaviour, FakeLeaf } from './fake-leaf';
import { rootOf } from './root';
import type { LeafConfig, RootConfig } from '../../../src/contract';
import type { PodProcess } from '../server';

/** What a test says of a root with a scatter function, beside its leaves. */
export type ScatteringOptions = Partial<Omit<RootConfig, 'leaves'>> & {
  readonly leaf?: Partial<LeafConfig> | ((leaf: number) => Partial<LeafConfig>);
  /** The source of a gather function. */
  readonly code?: string;
  readonly env?: NodeJS.ProcessEnv;
};

/** A root whose scatter function has this source, with all gathered unless it is told otherwise. */
export function scattering(
  leaves: readonly FakeLeaf[], source: string, { leaf, code, env, ...config }: ScatteringOptions = {},
): Promise<PodProcess> {
  const configured = leaves.map(({ port }, index) => ({
    name: `leaf-${index}`, host: '127.0.0.1', port, ...typeof leaf === 'function' ? leaf(index) : leaf,
  }));
  return rootOf(
    { leaves: configured, scatter: 'scatter.mjs', ...config }, code, env, { 'scatter.mjs': `export default ${source};` },
  );
}

/** Answers with the request as it came, head and body, one character for each byte. */
export const echoes: Behaviour = ({ socket, request }) => {
  socket.write(answer(request, 'content-type: text/plain\r\n'));
};

/** Leaves that answer so. */
export function echoing(count: number): Promise<FakeLeaf[]> {
  return Promise.all(Array.from({ length: count }, () => FakeLeaf.start(echoes)));
}

/** The requests that reached leaves that do so, by number of the leaf, as one root's answer lists them. */
export async function seen(answered: Response): Promise<Map<number, string>> {
  const listed = await answered.json() as { leaf: number; body: string }[];
  return new Map(listed.map(({ leaf, body }) => [leaf, body]));
}

/** A scatter function that does what a header of the request says. */
export const TOLD = '(request, leaf) => (0, eval)(`(${decodeURIComponent(request.headers["x-code"])})`)(request, leaf)';

export interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** Sends a request by the byte, and a scatter function with it. */
export function ask(pod: PodProcess, code: string, { method, path = '/a', headers, body }: Asking = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    send({
      port: pod.port, method, path, agent: false, headers: { ...headers, ...length, 'x-code': encodeURIComponent(code) },
    }, (res) => {
      const pieces: Buffer[] = [];
      res.on('data', (piece) => pieces.push(piece)).once('end', () => {
        resolve(new Response(Buffer.concat(pieces), { status: res.statusCode, headers: res.headers as any }));
      });
    }).once('error', reject).end(body);
  });
}
