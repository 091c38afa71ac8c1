/** Asks a Service of an example. */
export type Ask = (service: string, path: string, init?: RequestInit) => Promise<Response>;

/** What an example does, wherever it runs. */
export interface ExamplePromise {
  /** Said of the example. */
  readonly promise: string;
  readonly check: (ask: Ask) => Promise<void>;
}

/** By the example's name. */
export const examplePromises: { readonly [example: string]: ExamplePromise } = {
  hello: {
    promise: 'greets whoever is named',
    async check(ask) {
      expect(await (await ask('web', '/?name=ada')).json()).toEqual({ greeting: 'hello ada', from: expect.stringMatching(/^web-backend-/) });
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
        const answer = await ask('documents', `/documents/${name}`, { method: 'PUT', body, headers: { 'content-type': 'text/plain' } });
        expect((await answer.json() as { shard: number }).shard).toBe(Number(answer.headers.get('x-shard')));
        owners.add(answer.headers.get('x-shard')!);
      }
      expect(owners.size).toBeGreaterThan(1);
      const all = await ask('counts', '/counts');
      expect([all.headers.get('x-gather-responses'), await all.json()]).toEqual(['3/3', { the: 5, cat: 2, hat: 2, and: 2, sat: 1, dog: 1 }]);
      expect(await (await ask('documents', '/documents/bob')).json()).toMatchObject({ name: 'bob', counts: { the: 1, hat: 1 } });
    },
  },
};
