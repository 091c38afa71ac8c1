import { answer, Behaviour, FakeLeaf } from './fake-leaf';
import { gathererOf } from '../../../runtime/root/gathers';
import { Leaf } from '../../../runtime/root/leaf';
import { LeafMetrics } from '../../../runtime/root/leaf-metrics';
import { Gathered, Scatter, ScatterRules } from '../../../runtime/root/scatter';
import { Metrics } from '../../../runtime/shared/metrics';

/** What a name stands for, as a test may change it. */
type Names = Record<string, readonly string[] | Error>;

const named = (name: string): Behaviour => ({ socket }) => void socket.write(answer(JSON.stringify(name)));
const silent: Behaviour = () => {};
const resets: Behaviour = ({ socket }) => void socket.resetAndDestroy();

const UNBOUNDED = {
  accepts: (status: number) => status === 200, hold: () => {}, give: () => {}, guard: (step: () => void) => step(),
};

/** One leaf whose replicas listen on one port of several addresses, as pods do. */
class Replicas {
  public static async start(behaviours: Record<string, Behaviour | undefined>): Promise<Replicas> {
    let port = 0;
    const replicas = new Map<string, FakeLeaf>();
    for (const [host, behaviour] of Object.entries(behaviours)) {
      if (!behaviour) continue;
      const leaf = await FakeLeaf.start(behaviour, host, port);
      port = leaf.port;
      replicas.set(host, leaf);
    }
    return new Replicas(port, replicas);
  }

  public readonly page = new Metrics();
  private readonly counts = new LeafMetrics(this.page).of('leaf');
  public names: Names = {};
  public leaf!: Leaf;

  private constructor(public readonly port: number, private readonly replicas: Map<string, FakeLeaf>) {}

  /** Where the leaf's names lead: `pods` are its replicas, `service` is the address of its Service. */
  public knows(names: Names, options: { keepAlive?: number; port?: number; podsPort?: number } = {}): this {
    this.names = names;
    const config = { name: 'leaf', host: 'service', podsHost: 'pods', port: this.port, ...options };
    this.leaf = new Leaf(config, async (name) => {
      const found = this.names[name] ?? [];
      if (found instanceof Error) throw found;
      return found;
    }, this.counts);
    return this;
  }

  public requests(host: string): number {
    return this.replicas.get(host)!.requests.length;
  }

  public at(host: string): FakeLeaf {
    return this.replicas.get(host)!;
  }

  public ask(method = 'GET', rules: Partial<ScatterRules> = {}): Promise<Gathered> {
    const idempotent = method !== 'POST';
    return new Promise((resolve) => {
      new Scatter({
        leaves: [this.leaf], gatherer: gathererOf('all'), timeout: 2_000, minResponses: 1, ...rules,
      }, [{
        leaf: 0,
        request: { bytes: Buffer.from(`${method} / HTTP/1.1\r\nhost: x\r\n\r\n`), idempotent, safe: idempotent },
      }], { maxAnswerSize: 1_000, ...UNBOUNDED }, resolve).begin();
    });
  }

  public async who(method?: string, rules?: Partial<ScatterRules>): Promise<unknown> {
    const { answers, failures } = await this.ask(method, rules);
    return answers[0]?.body.value ?? failures[0].reason;
  }
}

const A = '127.0.1.1';
const B = '127.0.1.2';
const SERVICE = '127.0.1.9';
/** A port that nobody listens at. */
const NOBODY = 1;
let replicas: Replicas;
// connections of its own process keep Jest waiting otherwise
afterEach(() => replicas.leaf.tick(Infinity));

test('replicas take turns', async () => {
  replicas = (await Replicas.start({ [A]: named('a'), [B]: named('b') })).knows({ pods: [A, B] });
  for (let i = 0; i < 20; i++) await replicas.who();
  expect([replicas.requests(A), replicas.requests(B)]).toEqual([10, 10]);
});

test('the replica with the fewest open requests is asked', async () => {
  replicas = (await Replicas.start({ [A]: silent, [B]: named('b') })).knows({ pods: [A, B] });
  const waiting: Promise<Gathered>[] = [];
  while (replicas.requests(A) === 0) {
    waiting.push(replicas.ask('GET', { timeout: 300 }));
    await Promise.race([replicas.at(A).until(({ requests }) => requests.length > 0), waiting.at(-1)]);
  }
  for (let i = 0; i < 10; i++) expect(await replicas.who()).toBe('b');
  expect(replicas.requests(A)).toBe(1);
  await Promise.all(waiting);
});

test.each([
  ['refuses connections', undefined], ['resets them', resets],
])('a GET to a replica that %s is answered by another, and the first is left alone', async (_, behaviour) => {
  replicas = (await Replicas.start({ [B]: named('b'), [A]: behaviour })).knows({ pods: [A, B] });
  for (let i = 0; i < 20; i++) expect(await replicas.who()).toBe('b');
  if (behaviour) expect(replicas.requests(A)).toBe(1);
});

test('an idle connection that is older than keepAlive is not used, also where no tick has closed it', async () => {
  replicas = (await Replicas.start({ [A]: named('a') })).knows({ pods: [A] }, { keepAlive: 1_000 });
  // Whole, so that a second later is a second later: of fractions, the sum is rounded.
  const start = Math.ceil(performance.now());
  const now = jest.spyOn(performance, 'now').mockReturnValue(start);
  const connectionsAt = async (later: number) => {
    now.mockReturnValue(start + later);
    await replicas.who();
    return replicas.at(A).connections;
  };
  expect([await connectionsAt(0), await connectionsAt(1_000), await connectionsAt(2_001)]).toEqual([1, 1, 2]);
  now.mockRestore();
});

test('a kept-alive connection that ends without a sign of the request tells nothing about its replica, '
  + 'which is asked over a fresh one and stays in turn', async () => {
  const once: Behaviour = ({ socket, requests }) => requests === 0 ? socket.write(answer('"a"')) : socket.end();
  replicas = (await Replicas.start({ [A]: once, [B]: named('b') })).knows({ pods: [A, B] });
  const served: unknown[] = [];
  for (let i = 0; i < 6; i++) served.push(await replicas.who());
  expect(served).toEqual(['b', 'a', 'b', 'a', 'b', 'a']);
  expect(replicas.at(A).connections).toBe(3);
});

test('a POST is given to another replica when the connection is refused, and not '
  + 'when it may have been seen', async () => {
  replicas = (await Replicas.start({ [B]: named('b') })).knows({ pods: [A, B] });
  for (let i = 0; i < 4; i++) expect(await replicas.who('POST')).toBe('b');
  replicas = (await Replicas.start({ [A]: resets, [B]: resets })).knows({ pods: [A, B] });
  expect(await replicas.who('POST')).toBe('the connection broke: ECONNRESET');
  expect(replicas.requests(A) + replicas.requests(B)).toBe(1);
});

test('a request that kills whoever gets it kills three at most', async () => {
  const hosts = [A, B, '127.0.1.3', '127.0.1.4', '127.0.1.5'];
  const behaviours = Object.fromEntries([...hosts, SERVICE].map((host) => [host, resets]));
  replicas = (await Replicas.start(behaviours)).knows({ pods: hosts, service: [SERVICE] });
  expect(await replicas.who()).toBe('the connection broke: ECONNRESET');
  expect([...hosts, SERVICE].reduce((sum, host) => sum + replicas.requests(host), 0)).toBe(3);
});

test('pods are asked at their own port, and the Service at its own', async () => {
  replicas = await Replicas.start({ [A]: named('a'), [SERVICE]: named('service') });
  replicas.knows({ pods: [A], service: [SERVICE] }, { port: NOBODY, podsPort: replicas.port });
  expect(await replicas.who('POST')).toBe('a');
  replicas.knows({ pods: [A], service: [SERVICE] }, { port: replicas.port, podsPort: NOBODY });
  expect(await replicas.who('POST')).toBe('service');
});

test('while DNS knows no pod yet, and when all that it knows are gone, the Service is asked', async () => {
  replicas = (await Replicas.start({ [SERVICE]: named('service') })).knows({ pods: [], service: [SERVICE] });
  expect(await replicas.who()).toBe('service');
  replicas.knows({ pods: [A, B], service: [SERVICE] });
  expect(await replicas.who()).toBe('service');
  expect(await replicas.who('POST')).toBe('service');
});

test('a connection through the Service that breaks is followed by a fresh one, which '
  + 'may lead to another pod', async () => {
  const behaviour: Behaviour = (connection) => (connection.index === 0 ? resets : named('another'))(connection);
  replicas = (await Replicas.start({ [SERVICE]: behaviour })).knows({ pods: [], service: [SERVICE] });
  expect(await replicas.who()).toBe('another');
});

test('without any address a leaf fails at once', async () => {
  replicas = (await Replicas.start({})).knows({});
  expect(await replicas.who()).toBe('no address of it is known');
});

test('new pods are found, and those that are gone are forgotten', async () => {
  replicas = (await Replicas.start({ [A]: named('a'), [B]: named('b') })).knows({ pods: [A] });
  expect(await replicas.who()).toBe('a');
  replicas.names = { pods: [B] };
  replicas.leaf.tick(performance.now() + 5_000);
  await replicas.at(A).until(({ open }) => open.size === 0);
  for (let i = 0; i < 4; i++) expect(await replicas.who()).toBe('b');
});

test('a replica that DNS has forgotten with a request open answers it, and its '
  + 'connection is closed then', async () => {
  let finish = () => {};
  const waits: Behaviour = ({ socket }) => { finish = () => socket.write(answer('"a"')); };
  replicas = (await Replicas.start({ [A]: waits })).knows({ pods: [A] });
  const asked = replicas.who();
  await replicas.at(A).until(({ requests }) => requests.length === 1);
  replicas.names = { pods: [] };
  replicas.leaf.tick(performance.now() + 5_000);
  await new Promise(setImmediate);
  finish();
  expect(await asked).toBe('a');
  await replicas.at(A).until(({ open }) => open.size === 0);
});

test.each([
  ['an answer is judged', { accepts: () => { throw new Error('a mistake'); } }, named('a')],
  ['memory is asked for', { hold: () => { throw new Error('a mistake'); } }, named('a')],
  ['a failure is followed by another try', {}, resets],
])('what is thrown while %s ends its request, or its leaf, and no more', async (_, request, behaviour) => {
  replicas = (await Replicas.start({ [A]: behaviour })).knows({ pods: [A], service: [A] });
  const thrown: unknown[] = [];
  const guard = (step: () => void) => {
    try {
      step();
    } catch (error) {
      thrown.push(error);
    }
  };
  const leaf = Object.create(replicas.leaf, {
    next: {
      value: (tried: unknown[], now: number) => {
        if (tried.length > 0) throw new Error('a mistake');
        return replicas.leaf.next([], now);
      },
    },
  });
  const gathered = new Promise<Gathered>((resolve) => new Scatter(
    { leaves: [leaf], gatherer: gathererOf('all'), timeout: 300, minResponses: 1 },
    [{ leaf: 0, request: { bytes: Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'), idempotent: true, safe: true } }],
    { maxAnswerSize: 1_000, ...UNBOUNDED, guard, ...request } as any,
    resolve,
  ).begin());
  const { failures } = await gathered;
  expect([...thrown.map((error) => (error as Error).message), failures[0].reason])
    .toContainEqual(expect.stringContaining('a mistake'));
});

test('while the name server fails, what is known stays true', async () => {
  replicas = (await Replicas.start({ [A]: named('a') })).knows({ pods: [A] });
  expect(await replicas.who()).toBe('a');
  replicas.names = { pods: new Error('EAI_AGAIN') };
  replicas.leaf.tick(performance.now() + 5_000);
  await new Promise(setImmediate);
  expect(await replicas.who()).toBe('a');
});

describe('hedging', () => {
  test('a safe request that waits is sent to another replica too, the first answer counts, '
    + 'and the other is cancelled', async () => {
    replicas = (await Replicas.start({ [A]: silent, [B]: named('b') })).knows({ pods: [A, B] });
    for (let i = 0; i < 6; i++) {
      const start = performance.now();
      expect(await replicas.who('GET', { hedgeAfter: 50 })).toBe('b');
      expect(performance.now() - start).toBeLessThan(300);
    }
    expect(replicas.requests(A)).toBeGreaterThan(0);
    await replicas.at(A).until(({ open }) => open.size === 0);
    expect(replicas.page.render())
      .toContain(`metaparticle_leaf_extra_requests_total{leaf="leaf",kind="hedge"} ${replicas.requests(A)}\n`);
  });

  test('a POST is sent once', async () => {
    replicas = (await Replicas.start({ [A]: silent, [B]: silent })).knows({ pods: [A, B] });
    expect(await replicas.who('POST', { hedgeAfter: 20, timeout: 200 })).toBe('no answer within 200 ms');
    expect(replicas.requests(A) + replicas.requests(B)).toBe(1);
  });

  test('when one of the two fails, the other is waited for', async () => {
    const slow: Behaviour = ({ socket }) => void setTimeout(() => socket.write(answer('"slow"')), 150);
    replicas = (await Replicas.start({ [A]: slow, [B]: slow })).knows({ pods: [A, B] });
    const asked = replicas.who('GET', { hedgeAfter: 30 });
    await Promise.all([A, B].map((host) => replicas.at(host).until(({ requests }) => requests.length === 1)));
    for (const socket of replicas.at(B).open) socket.resetAndDestroy();
    expect(await asked).toBe('slow');
  });

  test('a request to a replica that DNS has forgotten meanwhile is sent to the one that is left', async () => {
    replicas = (await Replicas.start({ [A]: silent, [B]: named('b') })).knows({ pods: [A] });
    const asked = replicas.who('GET', { hedgeAfter: 100 });
    await replicas.at(A).until(({ requests }) => requests.length === 1);
    replicas.names = { pods: [B] };
    replicas.leaf.tick(performance.now() + 5_000);
    expect(await asked).toBe('b');
  });

  test('a leaf of one replica is not asked twice', async () => {
    replicas = (await Replicas.start({ [A]: silent })).knows({ pods: [A] });
    await replicas.ask('GET', { hedgeAfter: 20, timeout: 200 });
    expect(replicas.requests(A)).toBe(1);
  });
});
