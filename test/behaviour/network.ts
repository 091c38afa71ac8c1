import { Chart, Testing } from 'cdk8s';
import { Cluster, describeOn, Engine, testNeeding } from './engine';
import {
  Backend, Code, Egress, Gather, Pattern, Peer, Platform, ScatterGather, Shard, ShardKey, Spread,
} from 'cdk8s-metaparticle';

const one = { replicas: 1, router: { replicas: 1 } };

/** Asks a URL for its caller, and says what came of it. */
const messenger = (...egress: Egress[]) => Backend.fromFunction(Code.fromInline(`async ({ query: { url } }) => {
  try {
    return { status: (await fetch(url, { signal: AbortSignal.timeout(1500) })).status };
  } catch (error) {
    return { failed: error.name };
  }
}`), { egress });

const REACHED = { status: 200 };
/** A policy drops what it refuses, so it looks like a host that is not there. */
const REFUSED = { failed: 'TimeoutError' };
/** What `fetch` says at once of a name that does not exist, if it can ask. */
const UNKNOWN = { failed: 'TypeError' };

/** The pod that the tests ask from. */
const TESTS = Peer.pods({ 'app.kubernetes.io/name': 'client' });

export function networkBehaviour(engine: Engine): void {
  describeOn(engine, 'NetworkPolicies', () => {
    const hello = Backend.fromFunction(Code.fromInline('() => "hello"'));
    const chart = new Chart(Testing.app(), 'test');
    Platform.configure(chart, { scrapers: [TESTS] });
    const users = new Shard(chart, 'Users', { shards: 2, key: ShardKey.fromQuery('user'), backend: hello, ...one });
    const search = new ScatterGather(
      chart, 'Search', { backends: users.backends, gather: Gather.all(), root: { replicas: 1 } },
    );
    const inner = new Spread(chart, 'Inner', { backend: hello, clients: [TESTS], ...one });
    const outer = new Spread(chart, 'Outer', { backend: inner, router: { replicas: 1 } });
    const confined = new Spread(chart, 'Confined', { backend: messenger(), ...one });
    const guest = new Spread(chart, 'Guest', { backend: messenger(Egress.toPattern(inner)), ...one });
    const stranger = new Spread(chart, 'Stranger', { backend: messenger(Egress.toPeer(Peer.namespace())), ...one });

    const abroad = new Chart(Testing.app(), 'abroad');
    const foreigner = new Spread(abroad, 'Foreigner', { backend: messenger(Egress.toPeer(Peer.anywhere())), ...one });

    let cluster: Cluster;
    /** Another namespace. */
    let elsewhere: Cluster;
    beforeAll(async () => { [cluster, elsewhere] = await Promise.all([engine.start(chart), engine.start(abroad)]); });
    afterAll(() => Promise.all([cluster.stop(), elsewhere.stop()]));

    const send = async (from: Pattern, url: string) => (await (from === foreigner ? elsewhere : cluster).fetch(
      from, `/?url=${encodeURIComponent(url)}`,
    )).json();
    const ipOf = (group: string) => cluster.pods().find(({ name }) => name.startsWith(`${group}-`))!.ip;
    const urlOf = ({ host, port }: { host: string; port: number }) => `http://${host}:${port}/?user=ada`;

    test.each(
      [['a Shard', users], ['a ScatterGather over its shards', search], ['a Spread in front of another one', outer]],
    )('%s answers', async (_, pattern) => {
      expect((await cluster.fetch(pattern, '/?user=ada')).status).toBe(200);
    });

    test('a function reaches the pattern that it has an egress to, although its clients are others', async () => {
      expect(await send(guest, urlOf(inner))).toEqual(REACHED);
    });

    test('a function that may connect to its namespace reaches a pattern that anybody may call', async () => {
      expect(await send(stranger, urlOf(users))).toEqual(REACHED);
    });

    test('a function of another namespace reaches the router of a pattern that anybody may call', async () => {
      expect(await send(foreigner, `http://${ipOf('users-router')}:${users.port}/?user=ada`)).toEqual(REACHED);
    });

    test.each([['without an egress', confined], ['with one', guest]])('a function %s may ask DNS', async (_, from) => {
      expect(await send(from, 'http://nowhere/')).toEqual(UNKNOWN);
    });

    test.each(['users-router', 'search-root', 'users-0'])('a scraper reaches the admin port of %s', async (group) => {
      const { host, port } = await cluster.reach({ host: ipOf(group), port: 9090 });
      expect((await fetch(`http://${host}:${port}/metrics`)).status).toBe(200);
    });

    const refusals: [string, () => Pattern, () => string][] = [
      ['a function without an egress reaches no pattern', () => confined, () => urlOf(users)],
      ['a function reaches no other pattern than that of its egress', () => guest, () => urlOf(users)],
      [
        'a function that may connect to its namespace reaches no pattern whose clients are others',
        () => stranger,
        () => urlOf(inner),
      ],
      [
        'a function that may connect to its namespace reaches no Service of a shard, past the router',
        () => stranger,
        () => 'http://users-0:8080/',
      ],
      [
        'a function that may connect to its namespace reaches no pod of a shard, past the router',
        () => stranger,
        () => `http://${ipOf('users-0')}:8080/`,
      ],
      [
        'a function that may connect to its namespace reaches no admin port of a router',
        () => stranger,
        () => `http://${ipOf('users-router')}:9090/metrics`,
      ],
      [
        'a function that may connect to its namespace reaches no admin port of a root',
        () => stranger,
        () => `http://${ipOf('search-root')}:9090/metrics`,
      ],
      [
        'a function of another namespace reaches no pod of a shard, past the router',
        () => foreigner,
        () => `http://${ipOf('users-0')}:8080/`,
      ],
      [
        'a function of another namespace reaches no admin port of a router',
        () => foreigner,
        () => `http://${ipOf('users-router')}:9090/metrics`,
      ],
    ];
    for (const [name, from, url] of refusals) {
      testNeeding('NetworkPolicies', engine, name, async () => {
        expect(await send(from(), url())).toEqual(REFUSED);
      });
    }
  });
}
