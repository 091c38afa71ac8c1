import { Connection } from '../runtime/connection';
import { answers, FakeLeaf } from '../runtime/root/fake-leaf';
import { root, RootOptions } from '../runtime/root/root';

/**
 * Sends bytes, after which the connection is to be closed, to a root; answers with the status lines, and
 * what its leaf heard.
 */
async function raw(
  bytes: string, config: RootOptions = {},
): Promise<{ statuses: number[]; requests: readonly string[] }> {
  const leaf = await FakeLeaf.start(answers({ ok: true }));
  const pod = await root([leaf], config);
  const connection = await Connection.open(pod.port);
  connection.socket.write(Buffer.from(bytes, 'latin1'));
  const { received } = await connection.closed;
  return {
    statuses: [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status)),
    requests: leaf.requests,
  };
}

const SMUGGLED = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';

describe('request smuggling', () => {
  test.each([
    ['both a length and chunks', `content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`],
    ['two lengths', `content-length: 0\r\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a length with a sign', `content-length: +0\r\n\r\n${SMUGGLED}`],
    ['a coding that does not end in chunks', 'transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['a space in front of a colon', `content-length : ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a folded header', 'x: y\r\n z\r\n\r\n'],
    ['a lone line feed', `x: y\ncontent-length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`],
    ['a chunk size that is none', 'transfer-encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n'],
  ])('%s is refused, and no leaf hears of it', async (_, rest) => {
    const { statuses, requests } = await raw(`POST / HTTP/1.1\r\nhost: x\r\n${rest}`);
    expect(statuses).toEqual([400]);
    expect(requests).toEqual([]);
  });

  test('a body that looks like a request is a body, framed anew', async () => {
    const chunk = `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n`;
    const { statuses, requests } = await raw('POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n'
      + `transfer-encoding: chunked\r\n\r\n${chunk}0\r\nx-user: eve\r\n\r\n`);
    expect(statuses).toEqual([200]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(new RegExp(`\r\ncontent-length: ${SMUGGLED.length}\r\n\r\nGET /smuggled`));
    expect(requests[0]).not.toMatch(/transfer-encoding|eve/i);
  });
});

test('a header is kept though Connection names it: a client cannot remove what a gateway has added', async () => {
  const { requests } = await raw('GET / HTTP/1.1\r\nhost: x\r\nx-user: ada\r\nconnection: close, x-user\r\n\r\n');
  expect(requests[0]).toContain('\r\nx-user: ada\r\n');
});

test('bytes above ASCII reach the leaves as they came', async () => {
  const { requests } = await raw('GET / HTTP/1.1\r\nconnection: close\r\nhost: a\r\nx-name: \xfcber\r\n\r\n');
  expect(requests[0]).toContain('\r\nx-name: \xfcber\r\n');
});

test('64 KB of headers are refused with 431', async () => {
  expect((await raw(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`)).statuses).toEqual([431]);
});

test('a null byte in a path reaches no leaf as such', async () => {
  expect((await raw('GET /a\0b HTTP/1.1\r\nhost: x\r\n\r\n')).statuses).toEqual([400]);
  expect((await raw('GET /a%00b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).requests[0])
    .toMatch(/^GET \/a%00b /);
});

test('an upgrade is not passed on', async () => {
  const { requests } = await raw(
    'GET / HTTP/1.1\r\nhost: x\r\nconnection: close, upgrade\r\nupgrade: h2c\r\nhttp2-settings: AA\r\n\r\n',
  );
  expect(requests[0]).not.toMatch(/\r\n(upgrade|connection):/i);
});

const CLAIMS = [
  'x-forwarded-for: 203.0.113.7', 'x-forwarded-proto: https', 'x-forwarded-host: evil.example',
  'x-forwarded-port: 443', 'x-forwarded-prefix: /x',
  'x-real-ip: 203.0.113.7', 'forwarded: for=203.0.113.7',
];

test.each([
  ['127.0.0.1'], ['127.0.0.0/8'], ['::ffff:127.0.0.1/128'],
])('a gateway within %s is believed about the client, and its own address is added', async (network) => {
  const { requests } = await raw(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${CLAIMS.join('\r\n')}\r\n\r\n`, {
    trustedProxies: [network],
  });
  for (const claim of [`${CLAIMS[0]}, 127.0.0.1`, ...CLAIMS.slice(1)]) {
    expect(requests[0]).toContain(`\r\n${claim}\r\n`);
  }
});

test('nobody else is', async () => {
  const { requests } = await raw(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${CLAIMS.join('\r\n')}\r\n\r\n`, {
    trustedProxies: ['10.0.0.0/8', 'fc00::/7'],
  });
  expect(requests[0]).toContain(
    '\r\nx-forwarded-for: 127.0.0.1\r\nx-forwarded-host: x\r\nx-forwarded-proto: http\r\n',
  );
  expect(requests[0]).not.toMatch(/203\.0\.113\.7|evil|\r\n(x-forwarded-port|x-forwarded-prefix|x-real-ip|forwarded):/);
});
