import { answers, FakeLeaf } from '../root/fake-leaf';
import { root } from '../root/root';
import { launch } from '../server';

test('an enumerable addition to Object.prototype breaks no request of a function', async () => {
  const server = launch(`
    Object.prototype.extra = 'x';
    Object.prototype.helper = function () {};
    export default (request) => request.path === '/response'
      ? new Response('made', { headers: { 'set-cookie': 'a=1' } })
      : {
        path: request.path,
        query: request.query,
        body: request.body,
        names: Object.keys(request.headers).sort(),
      };`);
  await server.logged((line) => line.message === 'listening');
  const connection = await server.connect();
  const asked = connection.send(
    'POST /a?b=c HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"d":1}',
  );
  expect(await asked.take(/\}$/))
    .toContain('{"path":"/a","query":{"b":"c"},"body":{"d":1},"names":["content-length","content-type","host"]}');
  expect(await connection.request('GET', '/response').take(/0\r\n\r\n$/))
    .toMatch(/^HTTP\/1.1 200 OK\r\n[^]*set-cookie: a=1\r\n/);
  expect(await connection.send('FETCH / HTTP/1.1\r\n\r\n').take(/\}\n$/)).toMatch(/^HTTP\/1.1 501 /);
  expect((await server.admin('/metrics')).status).toBe(200);
});

test('nor of a root', async () => {
  const leaf = await FakeLeaf.start(answers({ a: [1] }));
  const code = `(Object.prototype.extra = 'x', Object.prototype.helper = function () {}, (answers, request) => ({
    leaves: answers.map(({ body, headers }) => [body, Object.keys(headers)]), query: request.query, body: request.body,
  }))`;
  const pod = await root([leaf, leaf], { code });
  const answer = await pod.fetch('/?b=c', { method: 'POST', body: 'x' });
  const each = [{ a: [1] }, ['content-type', 'content-length']];
  expect([answer.status, await answer.json()]).toEqual([200, { leaves: [each, each], query: { b: 'c' }, body: 'x' }]);
});
