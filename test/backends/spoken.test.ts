import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chart, Testing } from 'cdk8s';
import { authority } from '../certificates';
import { find } from '../find';
import {
  Backend, BackendAddress, CaBundle, CallerHeaders, Gather, HeaderValue, ScatterGather, Spread, UrlBackendOptions,
} from 'cdk8s-metaparticle';

const ca = authority('Test CA');
const other = authority('Another CA');
const URL = 'https://rates.example.com:8443/v1';

const routerOf = (options: UrlBackendOptions, url = URL) => {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend: Backend.fromUrl(url, options) });
  return chart;
};
const configOf = (chart: Chart): string => find(chart, 'ConfigMap', 'web-router').data['nginx.conf.template'];
const podOf = (chart: Chart, name = 'web-router') => find(chart, 'Deployment', name).spec.template.spec;

test('a location says all of a way', () => {
  const config = configOf(routerOf({
    tls: { ca: CaBundle.fromSecret('corp-ca'), clientCertificate: 'shop-client' },
    headers: { Authorization: HeaderValue.fromSecret('rates', 'token', { prefix: 'Bearer ' }) },
    callerHeaders: CallerHeaders.allBut('cookie', 'X-Real-IP'),
  }));
  const start = config.indexOf('  location / {');
  expect(config.slice(start, config.indexOf('\n    }\n', config.indexOf('proxy_ssl', start)) + 7)).toBe([
    '  location / {',
    '      default_type application/problem+json;',
    '      if ($request_uri ~* \'^[^?]*(?:[/\\\\\\\\]|%2f|%5c)(?:\\\\.|%2e){1,2}(?:[/\\\\\\\\;?#]|%2f|%5c|%3b|$)\') {',
    '        return 400 \'{"type":"about:blank","title":"Bad Request","status":400,"detail":"the path has a part that is . or .., which could lead out of the path of a backend"}\';',
    '      }',
    '      proxy_pass https://web-backend/v1$request_uri;',
    "      proxy_set_header Host 'rates.example.com:8443';",
    '      proxy_set_header Connection $connection_options;',
    '      proxy_set_header Upgrade $upgrade;',
    '      proxy_set_header TE $te;',
    '      proxy_set_header X-Forwarded-For $forwarded_chain$realip_remote_addr;',
    '      proxy_set_header X-Forwarded-Proto $forwarded_proto;',
    '      proxy_set_header X-Forwarded-Host $forwarded_host;',
    '      proxy_set_header Forwarded $proxied_forwarded;',
    '      proxy_set_header X-Forwarded-Port $proxied_x_forwarded_port;',
    '      proxy_set_header X-Forwarded-Prefix $proxied_x_forwarded_prefix;',
    "      proxy_set_header X-Real-IP '';",
    '      proxy_set_header X-Request-Id $request_id_or_new;',
    "      proxy_set_header X-Shard '';",
    "      proxy_set_header Proxy '';",
    "      proxy_set_header Proxy-Connection '';",
    "      proxy_set_header Trailer '';",
    "      proxy_set_header cookie '';",
    '      proxy_set_header authorization "Bearer $backend_header_0";',
    '      proxy_connect_timeout 5000ms;',
    '      proxy_ssl_server_name on;',
    "      proxy_ssl_name 'rates.example.com';",
    '      proxy_ssl_verify on;',
    '      proxy_ssl_verify_depth 5;',
    '      proxy_ssl_trusted_certificate ${BACKEND_CA_0};',
    '      proxy_ssl_protocols TLSv1.2 TLSv1.3;',
    '      proxy_ssl_certificate ${BACKEND_CERTIFICATE_0};',
    '      proxy_ssl_certificate_key ${BACKEND_KEY_0};',
    '    }',
    '',
  ].join('\n'));
  expect(config).toContain('\n  geo $backend_header_0 { default "${BACKEND_HEADER_0}"; }\n');
});

test('a pod is given what its ways need', () => {
  const chart = routerOf({
    tls: { ca: CaBundle.fromConfigMap('corp-ca', 'root.pem'), clientCertificate: 'shop-client' },
    headers: { 'x-key': HeaderValue.fromSecret('rates', 'token') },
  });
  const { containers: [{ env, volumeMounts }], volumes } = podOf(chart);
  const variables = new Map(env.map(({ name, ...value }: any) => [name, value]));
  expect(variables.get('BACKEND_CA_0')).toEqual({ value: '/etc/metaparticle/ca-0/root.pem' });
  expect(variables.get('BACKEND_CERTIFICATE_0')).toEqual({ value: '/etc/metaparticle/client-0/tls.crt' });
  expect(variables.get('BACKEND_KEY_0')).toEqual({ value: '/etc/metaparticle/client-0/tls.key' });
  expect(variables.get('BACKEND_HEADER_0'))
    .toEqual({ valueFrom: { secretKeyRef: { name: 'rates', key: 'token' } } });
  expect(variables.get('BACKEND_HEADERS')).toEqual({ value: 'BACKEND_HEADER_0' });
  expect(volumes).toEqual(expect.arrayContaining([
    expect.objectContaining({ configMap: { name: 'corp-ca' } }),
    expect.objectContaining({ secret: { secretName: 'shop-client' } }),
  ]));
  expect(volumeMounts).toEqual(expect.arrayContaining([
    expect.objectContaining({
      mountPath: '/docker-entrypoint.d/16-backend-headers.envsh', subPath: 'backend-headers.envsh', readOnly: true,
    }),
  ]));
});

test.each([
  ['a name outside of the cluster', 'https://rates.example.com', true],
  ['an address, which nobody asks for', 'https://10.1.2.3', false],
  ['a Service', 'https://users.shop.svc', false],
])('a router to %s learns whether its pod has IPv6: %s', (_, url, asks) => {
  const { containers: [{ env, volumeMounts }] } = podOf(routerOf({ tls: { serverName: 'a' } }, url));
  expect(env.filter(({ name }: any) => name === 'POD_IPS')).toEqual(
    asks ? [{ name: 'POD_IPS', valueFrom: { fieldRef: { fieldPath: 'status.podIPs' } } }] : [],
  );
  const path = '/docker-entrypoint.d/16-ip-versions.envsh';
  expect(volumeMounts.filter(({ mountPath }: any) => mountPath === path)).toHaveLength(asks ? 1 : 0);
});

test('what several leaves have in common is brought once', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const tls = { ca: CaBundle.fromPem(ca.pem) };
  new ScatterGather(chart, 'Search', {
    backends: ['https://a.example.com', 'https://b.example.com'].map((url) => Backend.fromUrl(url, { tls })),
    gather: Gather.all(),
  });
  const { volumes } = podOf(chart, 'search-root');
  expect(volumes.filter(({ name }: any) => name.includes('ca-'))).toHaveLength(1);
});

test('a bundle has the certificates of a text or file, and nothing else that stands there', () => {
  const { key } = ca.issue({ names: ['a'] });
  const folder = mkdtempSync(join(tmpdir(), 'ca-'));
  const file = join(folder, 'ca.crt');
  writeFileSync(file, `# ours\r\n${ca.pem.replace(/\n/g, '\r\n')}${key}\n${other.pem}`);
  const data = Testing.synth(routerOf({ tls: { ca: CaBundle.fromFile(file) } }))
    .find(({ kind, data: files }) => kind === 'ConfigMap' && files['ca.crt']).data;
  rmSync(folder, { recursive: true });
  expect(data).toEqual({ 'ca.crt': ca.pem + other.pem });
});

test.each<[string, () => unknown, string]>([
  [
    'a CA that is no certificate', () => CaBundle.fromPem('corp-ca'),
    "CaBundle.fromPem has no certificate: give one or several in PEM, each from '-----BEGIN CERTIFICATE-----' to "
      + "'-----END CERTIFICATE-----'",
  ],
  [
    'a CA that is cut', () => CaBundle.fromPem(ca.pem + other.pem.replace(/\n.{40}/, '\n')),
    'CaBundle.fromPem has a certificate (number 2) that cannot be read: give it as its authority made it, in PEM',
  ],
  [
    'a file that is not there', () => CaBundle.fromFile('no.pem'),
    "CaBundle.fromFile cannot read 'no.pem': ENOENT: no such file or directory, open 'no.pem'",
  ],
  [
    'a ConfigMap that is none', () => CaBundle.fromConfigMap('Corp CA'),
    "CaBundle.fromConfigMap has the name 'Corp CA', which is no name of an object: write it as in 'internal-ca'",
  ],
  [
    'a key that is none', () => HeaderValue.fromSecret('rates', 'a/b'),
    "HeaderValue.fromSecret has the key 'a/b': a key has letters, digits, dashes, underscores and dots, as in 'ca.crt'",
  ],
  [
    'a text that no header can hold', () => HeaderValue.fromText('a\r\nb: c'),
    'HeaderValue.fromText has "a\\r\\nb: c": the value of a header has printable characters of ASCII only',
  ],
  [
    'a header that belongs to the connection', () => CallerHeaders.only('accept', 'Connection'),
    "CallerHeaders.only names 'Connection', which belongs to the connection or the body: leave it out",
  ],
  [
    'a header that is none', () => CallerHeaders.allBut('x user'),
    "CallerHeaders.allBut names 'x user', which is no name of a header: write it with letters, digits and dashes, as "
      + "in 'x-tenant'",
  ],
  [
    'an address without a name to verify', () => routerOf({}, 'https://10.1.2.3'),
    "[shop/Web] backend.bind().tls has no serverName, and '10.1.2.3' is an address: say which name its certificate "
      + "has, as in 'users.example.com'",
  ],
  [
    'a server name that is none', () => routerOf({ tls: { serverName: 'a b' } }),
    "[shop/Web] backend.bind().tls.serverName is 'a b': it must be the name of a host, as in 'users.example.com'",
  ],
  [
    'a client certificate that is no Secret', () => routerOf({ tls: { clientCertificate: '-----BEGIN' } }),
    "[shop/Web] backend.bind().tls.clientCertificate is '-----BEGIN', which is no name of a Secret: write it as in "
      + "'users-client'",
  ],
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(new Error(message));
});

const own = (address: Partial<BackendAddress>) => () => {
  new Spread(new Chart(Testing.app(), 'shop'), 'Web', {
    backend: { bind: () => ({ host: 'users', port: 80, ...address }) },
  });
};

test.each<[Partial<BackendAddress>, string]>([
  [
    { hostHeader: 'a b' },
    "hostHeader is 'a b': it must be a host, also with a port, as in 'users.example.com' or 'users.example.com:8443'",
  ],
  [
    { basePath: 'v1' },
    "basePath is 'v1': it must start with a slash, end with none, and have no empty part, dots for one or characters "
      + "that must be escaped, as in '/v1'",
  ],
  [
    { headers: { host: HeaderValue.fromText('a') } },
    "headers names 'host', which belongs to the connection or the body: leave it out",
  ],
])('a backend of one\'s own that answers %j is refused', (address, message) => {
  expect(own(address)).toThrow(`[shop/Web] backend.bind().${message}`);
});

test.each([
  ['https://rates.example.com', { ports: [{ port: 443, protocol: 'TCP' }] }],
  ['https://[2001:db8::1]:8443', {
    to: [{ ipBlock: { cidr: '2001:db8::1/128' } }], ports: [{ port: 8443, protocol: 'TCP' }],
  }],
  ['http://10.1.2.3', { to: [{ ipBlock: { cidr: '10.1.2.3/32' } }], ports: [{ port: 80, protocol: 'TCP' }] }],
])('a router and a root may connect to %s, and else to DNS only', (url, rule) => {
  const chart = new Chart(Testing.app(), 'shop');
  const backend = Backend.fromUrl(url, url.includes('https') ? { tls: { serverName: 'rates.example.com' } } : {});
  new Spread(chart, 'Web', { backend });
  new ScatterGather(chart, 'Search', { backends: [backend], gather: Gather.all() });
  for (const name of ['web-router', 'search-root']) {
    const { egress } = find(chart, 'NetworkPolicy', name).spec;
    expect(egress).toHaveLength(2);
    expect(egress).toContainEqual(rule);
  }
});

test('an IPv6 address is written as nginx and Node read it', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const backend = Backend.fromUrl('https://[2001:db8::1]:8443', { tls: { serverName: 'rates.example.com' } });
  new Spread(chart, 'Web', { backend });
  new ScatterGather(chart, 'Search', { backends: [backend], gather: Gather.all() });
  expect(configOf(chart)).toContain('server [2001:db8::1]:8443 resolve max_fails=0;');
  expect(configOf(chart)).toContain("proxy_set_header Host '[2001:db8::1]:8443';");
  const [leaf] = JSON.parse(find(chart, 'ConfigMap', 'search-root').data['config.json']).leaves;
  expect([leaf.host, leaf.port, leaf.way.host]).toEqual(['2001:db8::1', 8443, '[2001:db8::1]:8443']);
});
