import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsOptions } from 'node:tls';
import { Behaviour, answer, answers, FakeLeaf } from './fake-leaf';
import { launchRoot, rootOf } from './root';
import { gathererOf } from '../../../runtime/root/gathers';
import { Leaf } from '../../../runtime/root/leaf';
import { LeafMetrics } from '../../../runtime/root/leaf-metrics';
import { Gathered, Scatter } from '../../../runtime/root/scatter';
import { Metrics } from '../../../runtime/shared/metrics';
import { Secure } from '../../../runtime/shared/secure';
import type { LeafConfig, TlsWay, Way } from '../../../src/contract';
import { authority, selfSigned } from '../../certificates';
import type { PodProcess } from '../server';

const NAME = 'api.example.com';
const ca = authority('Test CA');
const stranger = authority('Stranger');
const good = ca.issue({ names: [NAME] });
const client = ca.issue({ names: ['shop'], client: true });
const OK = answers({ ok: true });
const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

const FILES = { 'ca.crt': ca.pem, 'tls.crt': client.cert, 'tls.key': client.key, 'good.key': good.key };
const ENV = { CA: '$CODE/ca.crt', CERT: '$CODE/tls.crt', KEY: '$CODE/tls.key' };

const to = ({ port }: { readonly port: number }, tls: Partial<TlsWay> = {}, rest: Partial<Way> = {}): LeafConfig => ({
  name: 'api', host: '127.0.0.1', port, way: { tls: { serverName: NAME, ca: 'CA', ...tls }, ...rest },
});
const rootTo = (leaf: LeafConfig, timeout = 5_000) => rootOf({ leaves: [leaf], timeout }, undefined, ENV, FILES);
const reasonOf = async (pod: PodProcess, init?: RequestInit) => {
  const response = await pod.fetch('/', init);
  const { leaves = [] } = await response.json() as { leaves?: { reason: string }[] };
  return [response.status, ...leaves.map(({ reason }) => reason)];
};

describe.each(VERSIONS)('by %s', (version) => {
  const serve = (behaviour: Behaviour, options: TlsOptions = {}) => (
    FakeLeaf.startSecure(behaviour, { ...good, minVersion: version, maxVersion: version, ...options })
  );

  test('a leaf is asked by its name, over a connection that is kept', async () => {
    const seen: unknown[] = [];
    const leaf = await serve((connection) => {
      const { servername, alpnProtocol } = connection.socket as any;
      seen.push([servername, alpnProtocol]);
      OK(connection);
    }, { ALPNProtocols: ['h2', 'http/1.1'] });
    const pod = await rootTo(to(leaf));
    for (let i = 0; i < 5; i++) expect((await pod.fetch('/', { method: 'POST', body: 'x' })).status).toBe(200);
    expect([seen[0], leaf.attempts]).toEqual([[NAME, 'http/1.1'], 1]);
  });

  test('further connections resume the session of the first', async () => {
    const leaf = await serve(OK);
    const pod = await rootTo({ ...to(leaf), keepAlive: 0 });
    for (let i = 0; i < 5; i++) expect((await pod.fetch('/')).status).toBe(200);
    expect(leaf.resumed).toEqual([false, true, true, true, true]);
  });

  test.each([
    ['has expired', ca.issue({ names: [NAME], expired: true }), 'its certificate has expired (CERT_HAS_EXPIRED)'],
    [
      'is signed by itself', selfSigned({ names: [NAME] }),
      'its certificate is signed by itself, and is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [
      'is signed by a stranger', stranger.issue({ names: [NAME] }),
      'its certificate is signed by an authority that is not trusted, or it leaves out the certificates in between '
        + '(UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    [
      'has another name', ca.issue({ names: ['other.example.com', '127.0.0.1'] }),
      `its certificate is for other names than ${NAME} (ERR_TLS_CERT_ALTNAME_INVALID)`,
    ],
    [
      'is one of a client', ca.issue({ names: [NAME], client: true }),
      'its certificate is not for servers (INVALID_PURPOSE)',
    ],
  ])('a leaf whose certificate %s gets no request, and its flaw is told', async (_, certified, reason) => {
    const leaf = await serve(OK, certified);
    const pod = await rootTo(to(leaf));
    // again: no session is resumed that was not verified
    for (let i = 0; i < 3; i++) expect(await reasonOf(pod, { method: 'POST', body: 'x' })).toEqual([502, reason]);
    const { failures } = await pod.logged(({ message }) => message === 'too few leaves have answered');
    expect(failures).toEqual([{ leaf: 0, name: 'api', reason }]);
    expect(leaf.requests).toEqual([]);
    expect(leaf.attempts).toBe(3);
  });

  test('a leaf that asks who is calling is shown the certificate', async () => {
    const leaf = await serve(({ socket }) => {
      socket.write(answer(JSON.stringify((socket as any).getPeerCertificate().subject.CN)));
    }, { requestCert: true, ca: ca.pem });
    const pod = await rootTo(to(leaf, { client: { certificate: 'CERT', key: 'KEY' } }));
    expect(await (await pod.fetch('/')).json()).toEqual([{ leaf: 0, status: 200, body: 'shop' }]);
  });

  test('a leaf that asks in vain who is calling is named with that', async () => {
    const pod = await rootTo(to(await serve(OK, { requestCert: true, ca: ca.pem })));
    const [status, reason] = await reasonOf(pod, { method: 'POST', body: 'x' });
    expect(status).toBe(502);
    expect(reason).toMatch(version === 'TLSv1.3'
      ? /^it asks for a client certificate \(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED\)$/
      : /^it refuses the handshake, as where it asks for a client certificate or another cipher \(ERR_SSL_.*\)$/);
  });

  test.each<[string, Behaviour]>([
    ['with a word of its end', ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\n\r\n[1')],
    ['cut off by anyone on the way', ({ socket }) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n[1', () => (socket as any)._parent?.end());
    }],
  ])('an answer without a length does not count, %s', async (_, behaviour) => {
    expect(await reasonOf(await rootTo(to(await serve(behaviour))))).toEqual(
      [502, 'its answer has no length and no chunks: by TLS, nobody can tell its end'],
    );
  });
});

test('a leaf whose name has the namespace of the pod in it must show that name', async () => {
  const leaf = await FakeLeaf.startSecure(OK, ca.issue({ names: ['users.shop.svc'] }));
  const pod = await rootOf(
    { leaves: [to(leaf, { serverName: 'users.${POD_NAMESPACE}.svc' })] }, undefined, { ...ENV, POD_NAMESPACE: 'shop' },
    FILES,
  );
  expect((await pod.fetch('/')).status).toBe(200);
});

test('without authorities of its own, a leaf is verified by those that Node knows', async () => {
  const leaf = await FakeLeaf.startSecure(OK, good);
  const known = await rootOf({ leaves: [to(leaf, { ca: undefined })] }, undefined, {
    ...ENV, NODE_EXTRA_CA_CERTS: '$CODE/ca.crt',
  }, FILES);
  expect((await known.fetch('/')).status).toBe(200);
  expect((await (await rootTo(to(leaf, { ca: undefined }))).fetch('/')).status).toBe(502);
  const unsafe = await rootOf({ leaves: [to(leaf, { ca: undefined })] }, undefined, {
    NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_NO_WARNINGS: '1',
  }, FILES);
  expect((await unsafe.fetch('/')).status).toBe(502);
});

describe('a server that', () => {
  const servers: Server[] = [];
  afterEach(() => { for (const server of servers.splice(0)) server.close(); });
  const listen = async (server: Server) => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server.address() as { port: number };
  };

  test('speaks no TLS is named with that', async () => {
    const plain = await listen(createServer((socket) => {
      socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }));
    expect(await reasonOf(await rootTo(to(plain)))).toEqual(
      [502, 'it does not answer with TLS (ERR_SSL_WRONG_VERSION_NUMBER)'],
    );
  });

  test('says nothing in its handshake is given up after connectTimeout', async () => {
    const silent = await listen(createServer((socket) => { socket.on('error', () => {}).resume(); }));
    expect(await reasonOf(await rootTo(to(silent, {}, { connectTimeout: 150 })))).toEqual(
      [502, 'no TLS handshake within 150 ms'],
    );
  });

  test('ends the handshake is named with that', async () => {
    const rude = await listen(createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.end());
    }));
    expect(await reasonOf(await rootTo(to(rude)))).toEqual([502, 'no TLS handshake: it closed the connection']);
  });

  test('speaks no version that is new enough is named with that', async () => {
    const old = await FakeLeaf.startSecure(OK, {
      ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0',
    });
    expect(await reasonOf(await rootTo(to(old)))).toEqual(
      [502, expect.stringMatching(/^it speaks neither TLS 1\.2 nor 1\.3 \(ERR_SSL_.*\)$/)],
    );
  });
});

describe('replicas', () => {
  const A = '127.0.1.1';
  const B = '127.0.1.2';
  const SERVICE = '127.0.1.9';
  const expired = ca.issue({ names: [NAME], expired: true });
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  writeFileSync(join(folder, 'ca.crt'), ca.pem);
  const secure = new Secure(NAME, { serverName: NAME, ca: 'CA' }, { CA: join(folder, 'ca.crt') });
  afterAll(() => rmSync(folder, { recursive: true }));

  const leafAt = ({ port }: FakeLeaf) => new Leaf(
    { name: 'leaf', host: 'service', podsHost: 'pods', port }, async (name) => name === 'pods' ? [A, B] : [SERVICE],
    new LeafMetrics(new Metrics()).of('leaf'), { form: 0, secure },
  );
  /** What a POST to a leaf comes to. */
  const ask = async (leaf: Leaf) => {
    const { answers: [first], failures } = await new Promise<Gathered>((resolve) => new Scatter(
      { leaves: [leaf], gatherer: gathererOf('all'), timeout: 2_000, minResponses: 1 },
      [{
        leaf: 0,
        request: {
          bytes: Buffer.from('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n'), idempotent: false, safe: false,
        },
      }],
      {
        maxAnswerSize: 1_000,
        accepts: (status) => status === 200,
        hold: () => {},
        give: () => {},
        guard: (step) => step(),
      },
      resolve,
    ).begin());
    return first?.body.value ?? failures[0].reason;
  };

  test('a POST that meets a bad certificate goes to a replica with a good one', async () => {
    const bad = await FakeLeaf.startSecure(OK, expired, A);
    await FakeLeaf.startSecure(OK, good, B, bad.port);
    const leaf = leafAt(bad);
    for (let i = 0; i < 4; i++) expect(await ask(leaf)).toEqual({ ok: true });
    // it is left alone for a while
    expect(bad.attempts).toBe(1);
    leaf.tick(Infinity);
  });

  test('where all certificates are bad, a request costs two handshakes, and no more', async () => {
    const bad = await FakeLeaf.startSecure(OK, expired, A);
    const leaves = [
      bad,
      await FakeLeaf.startSecure(OK, expired, B, bad.port),
      await FakeLeaf.startSecure(OK, expired, SERVICE, bad.port),
    ];
    expect(await ask(leafAt(bad))).toBe('its certificate has expired (CERT_HAS_EXPIRED)');
    expect(leaves.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(2);
  });
});

test.each<[string, Partial<TlsWay>, NodeJS.ProcessEnv, RegExp]>([
  ['names no file', {}, { CA: undefined }, /^the environment variable CA is missing: it says where a file is$/],
  ['names a file that is not there', {}, { CA: '$CODE/none' }, /^\/.*\/none \(CA\) cannot be read: ENOENT/],
  ['names a file without certificates', {}, { CA: '$CODE/tls.key' }, /^\/.*\/tls\.key \(CA\) holds no certificate in PEM$/],
  ['names a broken certificate', {}, { CA: '$CODE/broken.crt' }, /\(CA\) holds a certificate \(number 2\) that cannot be read$/],
  [
    'has the key of another certificate', { client: { certificate: 'CERT', key: 'KEY' } }, { KEY: '$CODE/good.key' },
    /good\.key \(KEY\) is the key of another certificate than that in \/.*\/tls\.crt \(CERT\)$/,
  ],
  [
    'has a key that is none', { client: { certificate: 'CERT', key: 'KEY' } }, { KEY: '$CODE/ca.crt' },
    /ca\.crt \(KEY\) is no private key in PEM without a password: ERR_/,
  ],
])('a root does not start where a leaf %s', async (_, tls, env, sentence) => {
  const broken = ca.pem + ca.pem.replace(/\n[^\n]{10}/, '\nAAAAAAAAAA');
  const files = { ...FILES, 'broken.crt': broken };
  const pod = launchRoot({ leaves: [to({ port: 1 }, tls)] }, undefined, { ...ENV, ...env }, files);
  expect(await pod.exited).toBe(1);
  expect(pod.lines.at(-1)).toMatchObject({ level: 'error', message: expect.stringMatching(sentence) });
});
