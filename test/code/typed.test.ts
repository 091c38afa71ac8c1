import { moduleOf, refusal, run } from './help';
import {
  gathering, GatherAnswer, handler, HandlerContext, HandlerRequest, LeafRequest, ScatterLeaf, scattering, sharding,
} from '../../src/code/functions';

const request = {
  method: 'GET',
  path: '/hi',
  query: { name: 'ada' },
  headers: { 'x-user': '7' },
  cookies: {},
  body: { items: [1] },
};

// `npm run check-types` makes this file a test of the types: a lambda without them would be an error there.
test('handler, sharding, scattering and gathering give the parameters of a function their types', () => {
  expect(run(moduleOf(handler((r) => `hello ${r.query.name} ${r.path.length}`)), request)).toBe('hello ada 3');
  expect(run(
    moduleOf(handler(async (r, context) => ({
      pod: context.pod.length,
      aborted: context.signal.aborted,
      body: r.body.items,
    }))),
    request,
    { pod: 'web-0', signal: {} },
  )).toEqual({ pod: 5, body: [1] });
  expect(run(moduleOf(handler(() => new Response('ok').status)))).toBe(200);
  expect(run(moduleOf(sharding((r) => r.headers['x-user']?.toUpperCase()), 'njs'), request)).toBe('7');
  expect(run(moduleOf(sharding((r) => r.path.length)), request)).toBe(3);
  const ask = scattering((r, leaf) => {
    const ids = r.query.ids.split(',').filter((id) => leaf.count === 1 || leaf.owns(id));
    return ids.length > 0 ? { path: `/${leaf.name}`, query: { ids, of: leaf.count, none: undefined } } : undefined;
  });
  expect(run(moduleOf(ask), { query: { ids: 'a,b' } }, { name: 'users-0', count: 1 }))
    .toEqual({ path: '/users-0', query: { ids: ['a', 'b'], of: 1 } });
  const bodies = gathering((answers, r) => [
    r.method,
    ...answers.filter((a) => a.status < 300).flatMap((a) => a.body),
  ]);
  const answers = [
    { leaf: 0, status: 200, headers: {}, body: [1] },
    { leaf: 1, status: 500, headers: {}, body: 'no' },
  ];
  expect(run(moduleOf(bodies), answers, request)).toEqual(['GET', 1]);
});

test('a function may be written apart, with the types by name', () => {
  const handle = (r: HandlerRequest, context: HandlerContext) => ({ path: r.path, shard: context.shard });
  const ask = (r: HandlerRequest, leaf: ScatterLeaf): LeafRequest | undefined => (
    leaf.index > 0 ? undefined : { method: 'POST', headers: { 'x-count': 1, 'cookie': null }, body: { of: r.path } }
  );
  const merge = (answers: GatherAnswer[]) => answers.length;

  expect(run(moduleOf(handler(handle)), request, { shard: 2 })).toEqual({ path: '/hi', shard: 2 });
  expect(run(moduleOf(scattering(ask)), request, { index: 0 })).toMatchObject({ body: { of: '/hi' } });
  expect(run(moduleOf(gathering(merge)), [])).toBe(0);
});

test('what Code.fromFunction refuses, they refuse', () => {
  expect(refusal(() => handler(JSON.parse as any))).toContain("function 'parse' is native code");
  // @ts-expect-error a key is a text or a number
  sharding(() => ({}));
  // @ts-expect-error a request has no such member
  scattering(() => ({ qurey: { id: 1 } }));
  // @ts-expect-error it is synchronous
  scattering(async () => ({ path: '/' }));
});
