import { execFile } from 'child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { Chart, Duration, Size, Testing } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-27';
import { Refusal } from '../../src/checks/refusal';
import { findNginx } from '../../src/local/binaries/nginx';
import { authority } from '../certificates';
import { random } from '../random';
import {
  Affinity, CaBundle, CallerHeaders, Code, HeaderValue, IBackend, Platform, Protocol, SameSite, Shard, ShardKey,
  Spread,
} from 'cdk8s-metaparticle';

const ca = authority('Odd');

/** As many apps as are made; for long runs, more. */
const APPS = Number(process.env.ODD_PROPS ?? 150);
const SEED = Number(process.env.SEED ?? 1);

const TEXTS = [
  'a', 'A', 'a-b', 'a.b', 'a.b.', 'users.shop.svc', 'x-user', '', ' ', 'a b', 'a;b', 'a{b', 'a}b', 'a"b', "a'b",
  'a\\b', 'a\\', 'a$b', '$host', '${RUN_DIR}', 'a#b', 'a\nb',
  'a\tb', 'a\0b', 'é', '名', '\u2028', '\ud800', 'a/b', 'a%b', '%41', '*', '~a', '~*a', 'default', 'include',
  'hostnames', 'volatile', '-', '_', '-a', 'a-', '0', '127.0.0.1', '10.1',
  '::1', '[::1]', 'unix:/x', 'a:80', 'a'.repeat(63), 'a'.repeat(64), `${'a'.repeat(60)}.`.repeat(4) + 'abcde',
  'a'.repeat(300), 'toString', '__proto__', 'content-length', 'x_user',
];
const NETWORKS = [
  '10.0.0.0/8', '10.0.0.1/8', '0.0.0.0/0', '::/0', '::1', 'fe80::1%eth0', 'fe80::/10', '::ffff:10.0.0.1',
  '::ffff:0:0/96', '10.0.0.0/08', '10.0.0.0/33', '10.0.0.0/', '010.0.0.1',
  'FC00::/7', '10.0.0.0/8 ', 'all', 'unix:', 'proxy', 'default', 'ranges', 'delete', '10.0.0.1-10.0.0.9', '1::2::3',
];
const PATTERNS = [
  '^/users/([^/]+)', '(.*)', '(?<shard>.)', '(?<host>.+)', '([^])', '(\\u0041)', '(?<=a*)(b)', "('+)", '("+)',
  '(\\\\+)', '([;{}]+)', '(\\$host)', '(#+)', '(.)\\1', '(?:(a)|b)+', '(é)', '([\\w-]+)$', '(a{1,99999})', '( )',
  '(\\0)',
  '(\n)', '(a)|(b)', '((((((a))))))', '(?i:a)(b)', '(\\p{L})', '(\\cA)', '/(',
];
const NUMBERS = [0, 1, 2, 3, 7, 64, 65, 128, 129, -1, 0.3, 1.5, NaN, Infinity, -0, 80, 65_535, 65_536, 1e21, 2 ** 53];
/** cdk8s itself refuses negative ones. */
const AMOUNTS = NUMBERS.filter((number) => !(number < 0));
const NAMES = ['Web', 'Map', 'Server', 'Default', '0', 'a-b', 'W'.repeat(40), 'x.y', 'Größe', 'my_chart'];

/** One app of odd props: the chart, or why it was refused. */
function app(pick: <T>(from: readonly T[]) => T): Chart | Error {
  const sometimes = <T>(make: () => T): T | undefined =>
    pick([true, false, false, false, false, false, false]) ? make() : undefined;
  /** How a backend is spoken to. */
  const spoken = () => ({
    protocol: sometimes(() => pick([Protocol.HTTP, Protocol.GRPC])),
    tls: sometimes(() => ({
      ca: sometimes(() => CaBundle.fromPem(ca.pem)),
      serverName: sometimes(() => pick(TEXTS)),
      clientCertificate: sometimes(() => pick(TEXTS)),
    })),
    hostHeader: sometimes(() => pick(TEXTS)),
    basePath: sometimes(() => pick(['/v1', '/$a', '/a b', "/';", '/~!*', ...TEXTS.map((text) => `/${text}`)])),
    headers: sometimes(() => ({
      [pick(TEXTS)]: pick([() => HeaderValue.fromText(pick(TEXTS)), () => HeaderValue.fromSecret('api', pick(TEXTS))])(),
    })),
    callerHeaders: sometimes(() => pick([
      () => CallerHeaders.only(pick(TEXTS)), () => CallerHeaders.allBut(pick(TEXTS)), () => CallerHeaders.anonymous(),
    ])()),
    connectTimeout: sometimes(() => Duration.millis(pick(AMOUNTS))),
  });
  const backend: IBackend = {
    bind: () => ({
      ...spoken(),
      host: pick(TEXTS),
      port: pick([8080, 80, ...NUMBERS]),
      podsHost: sometimes(() => pick(TEXTS)),
      podsPortName: sometimes(() => pick(TEXTS)),
      replicas: sometimes(() => pick(NUMBERS)),
      keepAlive: sometimes(() => Duration.millis(pick([0, 1_500, ...AMOUNTS]))),
    }),
  };
  const sound: IBackend = {
    bind: () => ({ host: 'users', port: 8080, podsHost: 'users-headless', podsPortName: pick(['http', 'h-2']) }),
  };
  /** Each of whose groups is spoken to in another way. */
  const varied: IBackend = { bind: () => ({ host: pick(['users', 'users.example.com']), port: 8080, ...spoken() }) };
  const target = pick([backend, varied, ...Array<IBackend>(5).fill(sound)]);
  try {
    const chart = new Chart(Testing.app(), 'shop', { namespace: sometimes(() => pick(['shop', 'shop-2'])) });
    const clusterDomain = sometimes(() => pick(TEXTS));
    if (clusterDomain !== undefined) Platform.configure(chart, { clusterDomain });
    const router = {
      timeout: sometimes(() => Duration.seconds(pick(AMOUNTS))),
      idleTimeout: sometimes(() => Duration.seconds(pick([3_600, ...AMOUNTS]))),
      patience: sometimes(() => Duration.seconds(pick([0, 1, 1, 20, 0.5]))),
      maxBodySize: sometimes(() => pick([Size.kibibytes(pick(AMOUNTS)), Size.mebibytes(pick(AMOUNTS))])),
      trustedProxies: sometimes(() => [pick(NETWORKS), pick(NETWORKS)]),
      allHeaders: pick([true, false, false]),
      accessLog: pick([true, false]),
      metrics: pick([true, false]),
      resources: sometimes(() => ({
        cpu: { limit: Cpu.units(pick(NUMBERS)) },
        memory: { limit: Size.mebibytes(pick([256, 512, ...AMOUNTS])) },
      })),
    };
    const code = Code.fromInline(
      pick(['(request) => request.path', '(request) => request.body.id', "({ headers }) => headers['$host']"]),
    );
    const key = () => pick([
      () => ShardKey.fromHeader(pick(TEXTS)), () => ShardKey.fromQuery(pick(TEXTS)),
      () => ShardKey.fromCookie(pick(TEXTS)),
      () => ShardKey.fromPath(pick(PATTERNS)),
      () => ShardKey.fromClientIp({ trustedProxies: [pick(NETWORKS)] }), () => ShardKey.fromFunction(code),
      () => ShardKey.fromField(pick(TEXTS), {
        alternatives: sometimes(() => [pick(TEXTS)]), first: sometimes(() => pick(NUMBERS)),
      }),
    ])();
    const affinity = () => pick([
      () => Affinity.byKey(key(), { maxRequestsPerPod: sometimes(() => pick([8, ...NUMBERS])) }),
      () => Affinity.byCookie(pick(['shop', '__Host-a', ...TEXTS]), {
        maxAge: sometimes(() => Duration.seconds(pick(AMOUNTS))),
        sameSite: sometimes(() => pick([SameSite.STRICT, SameSite.NONE])),
        secure: pick([true, false]),
      }),
    ])();
    if (pick([true, false, false])) {
      const id = pick(['Web', 'Users', 'Web', pick(NAMES)]);
      new Spread(chart, id, {
        backend: target,
        replicas: sometimes(() => pick(NUMBERS)),
        affinity: pick([true, false]) ? affinity() : undefined,
        router,
      });
    } else {
      const id = pick(['Web', 'Users', 'Web', pick(NAMES)]);
      new Shard(chart, id, { backend: target, shards: pick([1, 2, 3, 65, pick(NUMBERS)]), key: key(), router });
    }
    return chart;
  } catch (error) {
    return error as Error;
  }
}

test('nginx takes what comes of odd props that are accepted; '
  + `the others are refused in sentences (seed ${SEED})`, async () => {
  const { command, modules } = await findNginx();
  const next = random(SEED);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)];
  const folder = mkdtempSync(join(tmpdir(), 'odd-props-'));
  const { cert, key } = ca.issue({ names: ['a'] });
  const certificates = { 'ca.crt': ca.pem, 'tls.crt': cert, 'tls.key': key };
  for (const [name, text] of Object.entries(certificates)) writeFileSync(join(folder, name), text);
  /** What stands for a variable that is numbered. */
  const numbered: [RegExp, string][] = [
    [/^(BACKEND_CA_\d+|SYSTEM_CA)$/, join(folder, 'ca.crt')],
    [/^BACKEND_CERTIFICATE_\d+$/, join(folder, 'tls.crt')],
    [/^BACKEND_KEY_\d+$/, join(folder, 'tls.key')],
    [/^BACKEND_HEADER_\d+$/, '$a \\"; {'],
  ];
  const values: Record<string, string> = {
    LISTEN_ADDRESS: '127.0.0.1',
    LOOPBACK_ADDRESS: '127.0.0.1',
    NGINX_LOCAL_RESOLVERS: '127.0.0.1',
    ACCESS_LOG: 'off',
    SERVED_BY: '',
    POD_NAMESPACE: 'shop',
    MODULES_DIR: modules,
  };
  let accepted = 0;
  try {
    for (let n = 0; n < APPS; n++) {
      const made = app(pick);
      if (made instanceof Error) {
        // Ours, with a construct or a function in front, and not one of JavaScript's own.
        expect([Error, Refusal]).toContain(made.constructor);
        expect([n, made.message]).toEqual([
          n,
          expect.stringMatching(/^(\[[^\]]+\] |(from|by)[A-Z]\w+ |first of |maxRequestsPerPod |maxAge |sameSite |[A-Z]\w+\.[a-z]\w+ |trustedProxies |alternatives\[0\] of )/),
        ]);
        continue;
      }
      for (const { kind, data } of Testing.synth(made)) {
        if (kind !== 'ConfigMap' || !data['nginx.conf.template']) continue;
        accepted++;
        const run = join(folder, `${n}`);
        mkdirSync(run);
        for (const [name, text] of Object.entries<string>(data)) writeFileSync(join(run, name), text);
        const config = data['nginx.conf.template'].replace(
          /\$\{(\w+)\}/g,
          (all: string, name: string) => values[name]
            ?? numbered.find(([pattern]) => pattern.test(name))?.[1] ?? (/_DIR$/.test(name) ? run : all),
        );
        writeFileSync(join(run, 'nginx.conf'), config);
        const [program, ...args] = command;
        await promisify(execFile)(program, [
          ...args, '-t', '-q', '-p', run, '-e', 'stderr', '-c', join(run, 'nginx.conf'),
        ]).catch((error) => {
          throw new Error(`app ${n}: ${error.stderr}`);
        });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  expect(accepted).toBeGreaterThan(APPS / 4);
});
