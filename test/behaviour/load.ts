import { Agent, request } from 'http';

/** How a request ended. */
export interface Outcome {
  readonly method: string;
  readonly path: string;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly body: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly milliseconds: number;
  /** Why there was no answer. */
  readonly error?: string;
}

export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  /** Clients at the same time, each with one kept-alive connection. */
  readonly clients: number;
  /** Milliseconds each client rests between two requests. */
  readonly pause?: number;
  /** What the n-th request is. */
  readonly request: (n: number) => { method?: string; path?: string; headers?: Record<string, string>; body?: string };
}

/** Keeps a service busy until stopped. */
export class Load {
  public readonly outcomes: Outcome[] = [];
  private stopped = false;
  private sent = 0;
  private readonly running: Promise<unknown>;
  private readonly agents: Agent[];

  constructor(private readonly options: LoadOptions, private readonly most = Infinity) {
    this.agents = Array.from({ length: options.clients }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
    this.running = Promise.all(this.agents.map((agent) => this.client(agent)));
  }

  /** Ends when as many requests were made as given at the start. */
  public async done(): Promise<Outcome[]> {
    await this.running;
    this.agents.forEach((agent) => agent.destroy());
    return this.outcomes;
  }

  public async stop(): Promise<Outcome[]> {
    this.stopped = true;
    return this.done();
  }

  private async client(agent: Agent): Promise<void> {
    while (!this.stopped && this.sent < this.most) {
      this.outcomes.push(await send(agent, this.options, this.sent++));
      if (this.options.pause) await new Promise((resolve) => setTimeout(resolve, this.options.pause));
    }
  }
}

function send(agent: Agent, { host, port, request: make }: LoadOptions, n: number): Promise<Outcome> {
  const { method = 'GET', path = '/', headers = {}, body } = make(n);
  const started = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, text: string, answer: Outcome['headers'] = {}, error?: string) => {
      resolve({ method, path, status, body: text, headers: answer, milliseconds: performance.now() - started, error });
    };
    const sent = request({ host, port, agent, method, path, headers: { ...headers, ...body !== undefined && { 'content-length': Buffer.byteLength(body) } } }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => end(res.statusCode!, text, res.headers))
        .on('error', (error) => end(0, text, {}, error.message));
    });
    sent.setTimeout(30_000, () => sent.destroy(new Error('no answer within 30 s')));
    sent.on('error', (error) => end(0, '', {}, error.message));
    sent.end(body);
  });
}

/** The outcomes that are no success, short enough for a test's message. */
export function failures(outcomes: readonly Outcome[]): string[] {
  return outcomes.filter(({ status }) => status < 200 || status > 299)
    .map(({ method, status, error, body, milliseconds }) => `${method} ${status} after ${Math.round(milliseconds)} ms: ${error ?? body.slice(0, 200)}`);
}
