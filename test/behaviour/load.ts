import { Agent, request } from 'http';

/** A request to make. */
export interface LoadRequest {
  /** @default 'GET' */
  readonly method?: string;
  /** @default '/' */
  readonly path?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

/** How a request ended. */
export interface Outcome {
  readonly method: string;
  readonly path: string;
  /** 0 where there was no answer. */
  readonly status: number;
  readonly body: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** When it was sent, in milliseconds of a clock that only this load has. */
  readonly sent: number;
  readonly milliseconds: number;
  /** Which of the load's clients made it. */
  readonly client: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** What a load is made of: plain data, because an engine may make it in another place. */
export interface LoadOptions {
  /** Clients at the same time. */
  readonly clients: number;
  /** Whether a client keeps its connection; else it makes one for each request. @default true */
  readonly keepAlive?: boolean;
  /** Milliseconds each client rests between two requests. @default 0 */
  readonly pause?: number;
  /** What is asked, in turn. @default - GET / */
  readonly requests?: readonly LoadRequest[];
  /** How many requests to make. @default - until stopped */
  readonly count?: number;
}

/** Requests to a service. */
export interface Load {
  /** Of those that have ended. */
  readonly outcomes: readonly Outcome[];
  /** Resolves when `count` requests have ended. */
  done(): Promise<readonly Outcome[]>;
  /** Makes no further request; resolves when all have ended. */
  stop(): Promise<readonly Outcome[]>;
}

/** Makes the requests itself. */
export class HttpLoad implements Load {
  public readonly outcomes: Outcome[] = [];
  private stopped = false;
  private sent = 0;
  private readonly running: Promise<unknown>;

  /** @param onOutcome told each outcome when it is there */
  constructor(
    private readonly address: { readonly host: string; readonly port: number },
    private readonly options: LoadOptions,
    private readonly onOutcome: (outcome: Outcome) => void = () => {},
  ) {
    this.running = Promise.all(Array.from({ length: options.clients }, (_, client) => this.client(client)));
  }

  public async done(): Promise<Outcome[]> {
    await this.running;
    return this.outcomes;
  }

  public async stop(): Promise<Outcome[]> {
    this.stopped = true;
    return this.done();
  }

  private async client(client: number): Promise<void> {
    const { count = Infinity, requests = [{}], keepAlive = true, pause } = this.options;
    const agent = new Agent({ keepAlive, maxSockets: 1 });
    while (!this.stopped && this.sent < count) {
      const outcome = { ...await send(agent, this.address, requests[this.sent++ % requests.length]), client };
      this.outcomes.push(outcome);
      this.onOutcome(outcome);
      if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    agent.destroy();
  }
}

function send(
  agent: Agent, address: { host: string; port: number }, asked: LoadRequest,
): Promise<Omit<Outcome, 'client'>> {
  const { method = 'GET', path = '/', headers = {}, body } = asked;
  const sent = performance.now();
  return new Promise((resolve) => {
    const end = (status: number, text: string, answer: Outcome['headers'] = {}, error?: string) => {
      resolve(
        { method, path, status, body: text, headers: answer, sent, milliseconds: performance.now() - sent, error },
      );
    };
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const req = request({ ...address, agent, method, path, headers: { ...headers, ...length } }, (res) => {
      let text = '';
      res.setEncoding('utf8').on('data', (part) => { text += part; }).on(
        'end', () => end(res.statusCode!, text, res.headers),
      )
        .on('error', (error) => end(0, text, {}, error.message));
    });
    req.setTimeout(30_000, () => req.destroy(new Error('no answer within 30 s')));
    req.on('error', (error) => end(0, '', {}, error.message));
    req.end(body);
  });
}

/** Resolves when a load has so many outcomes. */
export function reached(load: Load, count: number): Promise<void> {
  return until(() => load.outcomes.length >= count);
}

/** Resolves when something holds that nobody announces; rejects after a minute. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`not within a minute: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The outcomes that are no success, short enough for a test's message. */
export function failures(outcomes: readonly Outcome[]): string[] {
  return outcomes.filter(({ status }) => status < 200 || status > 299)
    .map(({ method, status, error, body, milliseconds }) => (
      `${method} ${status} after ${Math.round(milliseconds)} ms: ${error ?? body.slice(0, 200)}`
    ));
}
