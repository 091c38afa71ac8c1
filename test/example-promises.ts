import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { WebSocket } from 'ws';
import { Greeter } from './grpc-client';
import { Offers } from './stand-ins/offers';

/** Asks a Service of an example. */
export type Ask = (service: string, path: string, init?: RequestInit) => Promise<Response>;

/** What an example needs of a machine that has neither its images nor the Secrets that others make. */
export interface StandIns {
  /** A command for each image. */
  readonly commands: { readonly [image: string]: string };
  /** What Secrets hold. */
  readonly secrets: { readonly [name: string]: { readonly [key: string]: string } };
  /** Hosts outside of the cluster. */
  readonly offers?: Offers;
  /** Whether its Services, or the stand-ins, listen below port 1024, which not every user may. */
  readonly lowPorts?: boolean;
}

/** Where the examples are. */
export const EXAMPLES = join(__dirname, '../examples');

/** The names of those in TypeScript; the others are tried by `npm run test:languages`. */
export const examples = readdirSync(EXAMPLES).filter((name) => existsSync(join(EXAMPLES, name, 'main.ts')));

/** The apps of the tutorial, whose own tests in test/docs run them. */
export const tutorialApps = readdirSync(join(EXAMPLES, 'tutorial')).map((name) => join('tutorial', name));

const standIn = (name: string) => `'${process.execPath}' '${join(__dirname, 'stand-ins', name)}'`;

/** By the example's name; the others run with their own images, on any cluster. */
export const standIns: { readonly [example: string]: StandIns } = {
  rooms: {
    commands: { 'ghcr.io/acme/rooms': standIn('rooms.mjs') },
    secrets: { 'rooms-database': { DATABASE_URL: 'postgres://rooms' }, 'rooms-signing': { 'signing.key': 'k3y' } },
    lowPorts: true,
  },
  federated: {
    commands: {},
    secrets: { 'acme-api': { token: 's3cret' }, 'globex-api': { key: 'k3y' } },
    offers: new Offers(),
    lowPorts: true,
  },
  grpc: { commands: { 'ghcr.io/acme/greeter': standIn('greeter.mjs') }, secrets: {} },
  inference: {
    commands: { 'docker.io/vllm/vllm-openai': standIn('inference.mjs') },
    secrets: { 'hugging-face': { token: 'hf_token' } },
    lowPorts: true,
  },
  cart: { commands: {}, secrets: { 'carts-login': { password: 'tea4two' } } },
  ['tutorial/5-keep']: { commands: {}, secrets: { 'valkey-login': { password: 'tea4two' } } },
  search: { commands: { 'ghcr.io/acme/search': standIn('search.mjs') }, secrets: {} },
};

/** Whether it runs with its own images, and asks nobody outside: it may need Secrets. */
export function runsAnywhere(example: string): boolean {
  const { commands = {}, offers } = standIns[example] ?? {};
  return Object.keys(commands).length === 0 && !offers;
}

/** The Secrets that it needs. */
export function secretsOf(example: string): object[] {
  return Object.entries(standIns[example]?.secrets ?? {}).map(([name, stringData]) => (
    { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData }
  ));
}

/** What an example does, wherever it runs. */
export interface ExamplePromise {
  /** Said of the example. */
  readonly promise: string;
  /** @param urlOf where a Service answers, `http://127.0.0.1:80` */
  readonly check: (ask: Ask, urlOf: (service: string) => Promise<string>) => Promise<void>;
  /** The suite that checks it, where that shows more than the command line can: no example is started twice. */
  readonly suite?: string;
}

/** By the example's name. */
export const examplePromises: { readonly [example: string]: ExamplePromise } = {
  hello: {
    promise: 'greets whoever is named',
    async check(ask) {
      expect(await (await ask('web', '/?name=ada')).json())
        .toEqual({ greeting: 'hello ada', from: expect.stringMatching(/^web-backend-/) });
    },
  },
  counter: {
    promise: 'counts each user in one shard',
    async check(ask) {
      const count = async (user: string, method: string) => {
        const answer = await ask('counter', `/?user=${user}`, { method });
        return { answer: await answer.json() as object, owner: Number(answer.headers.get('x-shard')) };
      };
      const users = Array.from({ length: 12 }, (_, n) => `user-${n}`);

      const first = await Promise.all(users.map((user) => count(user, 'POST')));
      expect(new Set(first.map(({ owner }) => owner))).toEqual(new Set([0, 1, 2]));
      for (const [at, user] of users.entries()) {
        const { owner } = first[at];
        const counted = (times: number) => ({ answer: { user, count: times, shard: owner, shards: 3 }, owner });
        expect(first[at]).toEqual(counted(1));
        expect(await count(user, 'POST')).toEqual(counted(2));
        expect(await count(user, 'GET')).toEqual(counted(2));
      }
    },
  },
  words: {
    promise: 'counts words over all shards, and a document in the shard that owns it',
    async check(ask) {
      const texts = { alice: 'The cat sat', bob: 'the hat', carol: 'cat and hat and the dog', dave: 'the THE' };
      const owners = new Set<string>();
      for (const [name, body] of Object.entries(texts)) {
        const answer = await ask('documents', `/documents/${name}`, {
          method: 'PUT',
          body,
          headers: { 'content-type': 'text/plain' },
        });
        expect((await answer.json() as { shard: number }).shard).toBe(Number(answer.headers.get('x-shard')));
        owners.add(answer.headers.get('x-shard')!);
      }
      expect(owners.size).toBeGreaterThan(1);
      const all = await ask('counts', '/counts');
      expect([all.headers.get('x-gather-responses'), await all.json()])
        .toEqual(['3/3', { the: 5, cat: 2, hat: 2, and: 2, sat: 1, dog: 1 }]);
      expect(await (await ask('documents', '/documents/bob')).json())
        .toMatchObject({ name: 'bob', counts: { the: 1, hat: 1 } });
    },
  },
  batch: {
    promise: 'has 100 users by id, in the order of the ids, of the shards that own them, each asked once',
    async check(ask) {
      const ids = Array.from({ length: 100 }, (_, n) => `user-${(n * 37) % 100}`);
      const missing = ids.filter((_, n) => n % 10 === 3);
      const known = ids.filter((id) => !missing.includes(id));
      const owners = await Promise.all(known.map(async (id) => {
        const put = { method: 'PUT', body: JSON.stringify({ name: id }), headers: { 'content-type': 'application/json' } };
        return (await ask('users', `/users/${id}`, put)).headers.get('x-shard');
      }));
      const batch = async (some: readonly string[]) => {
        const answer = await ask('batch', `/users?ids=${some.join()}`);
        return [answer.headers.get('x-gather-responses'), await answer.json()];
      };
      const user = (id: string) => ({ name: id, id });
      // All shards own some of so many; x-gather-responses counts the requests to them.
      expect(new Set(owners).size).toBe(8);
      expect(await batch(ids)).toEqual(['8/8', { users: known.map(user), missing }]);
      expect(await batch([known[1], known[1]])).toEqual(['1/1', { users: [user(known[1])], missing: [] }]);
      expect(await batch(['nobody'])).toEqual(['1/1', { users: [], missing: ['nobody'] }]);
      const refused = await ask('batch', '/users');
      expect([refused.status, await refused.text()]).toEqual([400, 'give 1 to 100 ids']);
    },
  },
  rooms: {
    promise: 'brings together who is in one room, in the process that owns it, with settings and Secrets of others',
    async check(ask, urlOf) {
      const answer = await ask('rooms', '/rooms/team%2Fdoc');
      const shard = answer.headers.get('x-shard')!;
      expect(await answer.json()).toEqual({ shard, editors: '50', database: 'postgres://rooms', key: 'k3y' });

      const url = (await urlOf('rooms')).replace('http:', 'ws:');
      const enter = (room: string) => new Promise<WebSocket>((resolve, reject) => {
        const socket = new WebSocket(`${url}/rooms/${room}`);
        socket.once('open', () => resolve(socket)).once('error', reject);
      });
      const [ada, bob, eve] = await Promise.all([enter('team%2Fdoc'), enter('team%2Fdoc'), enter('other')]);
      const heard = [ada, bob, eve].map((socket) => {
        const messages: string[] = [];
        socket.on('message', (message) => messages.push(`${message}`));
        return messages;
      });
      const arrived = Promise.all(
        [ada, bob, eve].map((socket) => new Promise((resolve) => socket.once('message', resolve))),
      );
      ada.send('hello');
      eve.send('alone');
      await arrived;
      expect(heard.slice(0, 2)).toEqual([[`${shard}: hello`], [`${shard}: hello`]]);
      expect(heard[2]).toEqual([expect.stringMatching(/^\d: alone$/)]);
      for (const socket of [ada, bob, eve]) socket.terminate();
    },
  },
  federated: {
    promise: 'asks two HTTPS APIs and a Service of its own, and leaves out who is late or fails',
    async check(ask) {
      const offers = async (item: string) => {
        const answer = await ask('offers', `/offers?item=${item}`, { headers: { authorization: 'mine', cookie: 'a=1' } });
        return [answer.headers.get('x-gather-responses'), await answer.json()];
      };
      const ours = { from: 'our warehouse', price: 12 };
      const acme = { from: 'api.acme.example', authorization: 'Bearer s3cret', price: 16 };
      const globex = { from: 'offers.globex.example', key: 'k3y', price: 21 };
      expect(await offers('tea')).toEqual(['3/3', [
        { ...ours, item: 'tea' },
        { ...acme, url: '/v2/offers?item=tea' },
        { ...globex, url: '/offers?item=tea' },
      ]]);
      expect(await offers('rare')).toEqual(['2/3', [
        { ...ours, item: 'rare' }, { ...acme, url: '/v2/offers?item=rare' },
      ]]);
      expect(await offers('broken')).toEqual(['2/3', [
        { ...ours, item: 'broken' }, { ...globex, url: '/offers?item=broken' },
      ]]);
    },
  },
  grpc: {
    promise: 'spreads calls over its replicas, and leads those of a user to the process that remembers them',
    async check(_, urlOf) {
      const clientOf = async (service: string) => {
        const { hostname, port } = new URL(await urlOf(service));
        return new Greeter({ host: hostname, port: Number(port) });
      };
      const [greeter, sessions] = [await clientOf('greeter'), await clientOf('sessions')];
      try {
        const by = new Set<string>();
        for (let i = 0; i < 12; i++) {
          const answer = await greeter.unary('Hello', { name: 'ada' });
          expect(answer.text).toBe('hello ada');
          by.add(answer.by);
        }
        expect(by.size).toBeGreaterThan(1);
        const owners = new Map<string, string>();
        for (const user of ['ada', 'bob', 'carol', 'dave', 'eve', 'ada', 'bob', 'carol', 'dave', 'eve']) {
          const { by: owner } = await sessions.unary('Hello', { name: user }, { 'x-user': user });
          expect(owner).toBe(owners.get(user) ?? owner);
          owners.set(user, owner);
        }
        expect(new Set(owners.values()).size).toBeGreaterThan(1);
        await expect(sessions.unary('Hello', {})).rejects.toMatchObject({ code: 3 });
      } finally {
        greeter.close();
        sessions.close();
      }
    },
  },
  inference: {
    promise: 'starts slowly, and leads prompts that begin alike to one model, which answers token by token',
    async check(ask) {
      const chat = async (body: object) => ask('chat', '/v1/chat/completions', {
        method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' },
      });
      const keyed = await chat({ prompt_cache_key: 'support', user: 'ada', prompt: 'hi', stream: true });
      const shard = keyed.headers.get('x-shard');
      expect([keyed.status, keyed.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
      expect(await keyed.text()).toBe(`data: ${shard}\n\ndata: hf_token\n\ndata: 2\n\ndata: [DONE]\n\n`);

      // The key counts, and not who asks; where there is none, who asks does.
      const other = await chat({ prompt_cache_key: 'support', user: 'bob', prompt: 'x'.repeat(19 * 2 ** 20) });
      expect(await other.text()).toBe(`${shard} hf_token ${19 * 2 ** 20}`);
      const user = await chat({ user: 'support', prompt: '' });
      expect([user.headers.get('x-shard'), await user.text()]).toEqual([shard, `${shard} hf_token 0`]);
      expect((await chat({ prompt: 'hi' })).status).toBe(400);
      expect((await chat({ user: 'ada', prompt: 'x'.repeat(20 * 2 ** 20) })).status).toBe(413);
    },
  },
  cart: {
    promise: 'keeps a cart for each user, whichever replica changes it, and orders it once',
    async check(ask) {
      const put = async (item: string, count: unknown) => {
        const headers = { 'content-type': 'application/json' };
        const answer = await ask('cart', `/carts/ada/${item}`, { method: 'PUT', headers, body: JSON.stringify({ count }) });
        return [answer.status, await answer.json()];
      };
      const cart = async (user: string) => (await ask('cart', `/carts/${user}`)).json();
      const items = Array.from({ length: 12 }, (_, n) => `tea-${n}`);
      // At a time, and to different pods.
      await Promise.all(items.map((item, n) => put(item, n + 1)));
      expect(await cart('ada')).toEqual(Object.fromEntries(items.map((item, n) => [item, n + 1])));
      expect(await cart('bob')).toEqual({});
      expect(await put('tea-0', -1)).toEqual([400, { error: 'count is a whole number from 0 to 1000' }]);
      await Promise.all(items.slice(1).map((item) => ask('cart', `/carts/ada/${item}`, { method: 'DELETE' })));
      expect(await cart('ada')).toEqual({ 'tea-0': 1 });

      const clicks = await Promise.all([1, 2, 3].map(() => ask('cart', '/carts/ada', { method: 'POST' })));
      expect(clicks.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
      expect(await cart('ada')).toEqual({});
      expect(await (await ask('cart', '/orders')).json()).toEqual([
        { key: 'order:000000000001', value: { user: 'ada', items: { 'tea-0': 1 } } },
      ]);
    },
  },
  search: {
    promise: 'keeps each document in the shard that owns it, and finds the ten best of all shards',
    suite: 'behaviour/search.local.test.ts',
    async check(ask) {
      const search = async (q: string) => {
        const answer = await ask('search', `/search?q=${q}`);
        return { shards: answer.headers.get('x-gather-responses'), ...await answer.json() as object };
      };
      // The fewer other words it has, the better a document is found.
      const texts = Array.from({ length: 12 }, (_, n) => `tea${' and biscuits'.repeat(n)}`);
      const owners = await Promise.all(texts.map(async (body, n) => {
        const answer = await ask('docs', `/docs/tea-${n}`, { method: 'PUT', body });
        expect(answer.status).toBe(204);
        return Number(answer.headers.get('x-shard'));
      }));
      expect(new Set(owners)).toEqual(new Set([0, 1, 2]));
      const hit = (n: number) => ({ id: `tea-${n}`, shard: owners[n], score: 1 / (2 * n + 1) });
      const best = texts.slice(0, 10).map((_, n) => hit(n));
      expect(await search('Tea')).toEqual({ shards: '3/3', total: 12, hits: best });
      expect(await (await ask('docs', '/docs/tea-1')).json()).toEqual({ id: 'tea-1', words: 3, shard: owners[1] });

      expect((await ask('docs', '/docs/tea-0', { method: 'DELETE' })).status).toBe(204);
      expect(await search('tea')).toMatchObject({ total: 11, hits: texts.slice(1, 11).map((_, n) => hit(n + 1)) });
      expect(await search('coffee')).toEqual({ shards: '3/3', total: 0, hits: [] });
      // What one shard is to do is not done by all.
      expect((await ask('search', '/docs/tea-1', { method: 'DELETE' })).status).toBe(404);
      expect((await ask('search', '/search')).status).toBe(400);
      expect((await ask('docs', '/docs/tea-1')).status).toBe(200);
    },
  },
  legacy: {
    promise: 'spreads requests over the pods of a Deployment that was there before',
    async check(ask) {
      const answers = await Promise.all(Array.from({ length: 24 }, async () => (await ask('web', '/orders')).text()));
      expect(new Set(answers).size).toBe(2);
      expect(answers.every((pod) => pod.startsWith('orders-'))).toBe(true);
    },
  },
};
