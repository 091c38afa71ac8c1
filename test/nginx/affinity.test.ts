import { Chart, Duration, Testing } from 'cdk8s';
import { Affinity, Backend, Code, RouterOptions, ShardKey, Spread } from 'cdk8s-metaparticle';
import { LocalCluster } from 'cdk8s-metaparticle/testing';

const JSON_TYPE = { 'content-type': 'application/json' };

let cluster: LocalCluster;
const spreads: Record<string, Spread> = {};

beforeAll(async () => {
  const chart = new Chart(Testing.app(), 'test');
  const first = new Spread(chart, 'Any', {
    replicas: 4,
    backend: Backend.fromFunction(Code.fromInline(
      "(request, context) => new Response(context.pod, { headers: { 'x-affinity': 'its own', 'set-cookie': 'a=b; Path=/' } })",
    )),
    router: { replicas: 1 },
  });
  const spread = (id: string, affinity: Affinity, router: RouterOptions = {}) => {
    spreads[id.toLowerCase()] = new Spread(chart, id, {
      backend: first.backends[0], affinity, router: { replicas: 1, ...router },
    });
  };
  spread('Header', Affinity.byKey(ShardKey.fromHeader('x-user')), { accessLog: true, metrics: true });
  spread('Query', Affinity.byKey(ShardKey.fromQuery('user')));
  spread('Field', Affinity.byKey(ShardKey.fromField('prompt', { first: 5 })));
  spread('Code', Affinity.byKey(ShardKey.fromFunction(Code.fromInline(
    "({ query }) => { if (query.n === 'bad') throw new Error('mine'); return query.n === undefined ? undefined : Number(query.n); }",
  ))));
  spread('Idle', Affinity.byKey(ShardKey.fromHeader('x-user')), { idleTimeout: Duration.seconds(90) });
  spread('Cookie', Affinity.byCookie('Shop-1'), { idleTimeout: Duration.seconds(90), metrics: true });
  spreads.unknown = new Spread(chart, 'Unknown', {
    backend: {
      bind: (scope, id, options) => {
        const address = first.backends[0].bind(scope, id, options);
        return { ...address, podsHost: address.podsHost!.replace('any', 'unknown') };
      },
    },
    affinity: Affinity.byCookie('shop'),
    router: { replicas: 1 },
  });
  cluster = await LocalCluster.start(chart);
  // Until a router has heard of each pod by name, it has no ring.
  const known = Object.keys(spreads).filter((name) => !['cookie', 'unknown'].includes(name)).map(async (name) => {
    const asked = () => ask(name, '/?user=a&n=1', {
      method: 'POST', headers: { ...JSON_TYPE, 'x-user': 'a' }, body: '{"prompt":"a"}',
    });
    while ((await asked()).affinity !== 'home') await new Promise((resolve) => setTimeout(resolve, 100));
  });
  await Promise.all(known);
});
afterAll(() => cluster?.stop());

interface Met {
  readonly status: number;
  readonly affinity: string | null;
  readonly pod: string;
  readonly cookies: string[];
}

async function ask(spread: string, path = '/', init: RequestInit = {}): Promise<Met> {
  const answer = await cluster.fetch(spreads[spread], path, init);
  const { status, headers } = answer;
  return { status, affinity: headers.get('x-affinity'), pod: await answer.text(), cookies: headers.getSetCookie() };
}

/** The pods that requests met, which all must have been answered in the same way. */
async function met(affinity: string, requests: readonly [string, string?, RequestInit?][]): Promise<Set<string>> {
  const pods = new Set<string>();
  for (const request of requests) {
    const { pod, ...answer } = await ask(...request);
    // A replica may have its own opinion of what is malformed; the router says nothing of it.
    expect([request, answer]).toMatchObject([request, { affinity }]);
    if (answer.status === 200) pods.add(pod);
  }
  return pods;
}

test('one key is one replica, whatever it is found by, and a backend cannot say otherwise', async () => {
  const headers = { 'x-user': 'ada' };
  const same = [
    ['header', '/', { headers }], ['header', '/x', { headers, method: 'POST', body: 'x'.repeat(50_000) }],
    ['query', '/?user=ada'], ['query', '/?user=%61da'], ['idle', '/', { headers }],
    ['idle', '/', { headers: { ...headers, accept: 'text/event-stream' } }],
    ['idle', '/', { headers: { ...headers, accept: 'text/event-stream' }, method: 'POST', body: 'x'.repeat(50_000) }],
  ] as const;
  // The ring for large bodies has other points.
  const small = same.filter(([, , init = {}]) => !('body' in init));
  expect((await met('home', small as any)).size).toBe(1);
  await met('home', same as any);
});

test('of a prompt, its beginning counts, by characters', async () => {
  const say = (prompt: unknown): [string, string, RequestInit] => (
    ['field', '/', { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ prompt }) }]
  );
  expect((await met('home', ['hello', 'hello world', 'hello you'].map(say))).size).toBe(1);
  expect((await met('home', ['😀😀😀😀😀', '😀😀😀😀😀a', '😀😀😀😀😀😀'].map(say))).size).toBe(1);
  const several = await met('home', Array.from({ length: 20 }, (_, n) => say(`${n} ${'x'.repeat(5)}`)));
  expect(several.size).toBeGreaterThan(1);
});

test('what has no key is answered all the same, by several replicas', async () => {
  const none = await met('none', [
    ...Array.from({ length: 8 }, () => ['header'] as [string]),
    ['header', '/', { method: 'POST', body: 'x'.repeat(50_000) }],
    ['query', '/?user='], ['query', '/?user=%ff'],
    ['field'], ['field', '/', { method: 'POST', body: 'no JSON' }],
    ['field', '/', { method: 'POST', headers: JSON_TYPE, body: '{' }],
    ['field', '/', { method: 'POST', headers: JSON_TYPE, body: '{"prompt":null}' }],
    ['field', '/', { method: 'POST', headers: JSON_TYPE, body: '{"prompt":1.0}' }],
    ['code'], ['code', '/?n=bad'], ['code', '/?n=-1'], ['code', '/?n=1.5'],
    ['idle', '/', { headers: { accept: 'text/event-stream' } }],
  ]);
  expect(none.size).toBeGreaterThan(1);
});

test('a number of a function is a key by its digits', async () => {
  expect((await met('home', [['code', '/?n=7'], ['code', '/?n=07'], ['query', '/?user=7']])).size).toBe(1);
});

test('a client meets the replica of its cookie, beside cookies of the backend, and a strange cookie is replaced', async () => {
  const first = await ask('cookie');
  expect(first).toMatchObject({ status: 200, affinity: 'none' });
  const own = first.cookies.find((cookie) => cookie.startsWith('Shop-1='))!;
  expect(first.cookies).toEqual([own, 'a=b; Path=/']);
  const cookie = own.split(';')[0];
  for (const sent of [cookie, `a=b; ${cookie}`, `${cookie}; a=b`]) {
    for (const accept of ['*/*', 'text/event-stream']) {
      expect(await ask('cookie', '/', { headers: { cookie: sent, accept } })).toMatchObject({ affinity: 'home', pod: first.pod });
    }
  }
  for (const strange of ['0'.repeat(32), 'x', '$host', '.*', '"', '(', '']) {
    const { status, affinity, cookies } = await ask('cookie', '/', { headers: { cookie: `Shop-1=${strange}` } });
    expect([strange, status, affinity]).toEqual([strange, 200, strange === '' ? 'none' : 'spill']);
    expect(cookies.some((each) => /^Shop-1=[0-9a-f]{32}; httponly; samesite=lax; path=\/$/.test(each))).toBe(true);
  }
});

test('while DNS names no replica, the cookie names none, and no client is told that it met the same one', async () => {
  const first = await ask('unknown');
  expect(first).toMatchObject({ status: 200, affinity: 'none' });
  const [own] = first.cookies;
  expect(own).toMatch(/^shop=service; /);
  for (const cookie of [own.split(';')[0], `shop=${'0'.repeat(32)}`]) {
    const again = await ask('unknown', '/', { headers: { cookie } });
    expect(again).toMatchObject({ status: 200, affinity: 'spill', cookies: [own, 'a=b; Path=/'] });
  }
});

test('what came of it is counted', async () => {
  await ask('header', '/', { headers: { 'x-user': 'ada' } });
  await ask('header');
  const [{ ip }] = cluster.pods('header');
  const page = await (await fetch(`http://${ip}:9090/metrics`)).text();
  expect(page).toMatch(/^metaparticle_group_affinity_total\{group="header-backend",affinity="home"\} \d+$/m);
  expect(page).toMatch(/^metaparticle_group_affinity_total\{group="header-backend",affinity="none"\} \d+$/m);
  expect(page.match(/^metaparticle_group_requests_total/gm)).toHaveLength(1);
});
