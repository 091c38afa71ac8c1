import { rootCertificates } from 'node:tls';
import { Size } from 'cdk8s';
import {
  Affinity, CaBundle, CallerHeaders, Code, Egress, Gather, handler, HeaderValue, Peer, Scatter, ShardKey, State,
  Storage, Valkey,
} from '../src';

const code = Code.fromInline('(request) => request.path');
const valkey = Valkey.existing({ host: 'Cache.data.svc' });

test.each<[what: string, said: unknown, text: unknown]>([
  ['code of a text', code.origin, 'inline code'],
  ['code of a function', handler(function greet() { return 'hello'; }).origin, "function 'greet'"],
  ['code of a file', Code.fromFile('examples/hello/main.ts').origin, "code file 'examples/hello/main.ts'"],
  ['a header as key', ShardKey.fromHeader('X-User').source, 'header x-user'],
  ['a parameter as key', ShardKey.fromQuery('user').source, 'query parameter user'],
  ['a cookie as key', ShardKey.fromCookie('session').source, 'cookie session'],
  ['a part of the path as key', ShardKey.fromPath('^/users/([^/]+)').source, 'path ^/users/([^/]+)'],
  ['an address as key', ShardKey.fromClientIp().source, 'client address'],
  ['a field as key', ShardKey.fromField('user.id').source, 'field user.id'],
  [
    'the start of one of several fields as key',
    ShardKey.fromField('prompt', { alternatives: ['messages[0].content'], first: 64 }).source,
    'field prompt or messages[0].content, first 64 characters',
  ],
  ['a function that finds the key', ShardKey.fromFunction(code).source, 'inline code'],
  ['affinity by key', Affinity.byKey(ShardKey.fromHeader('x-user')).criterion, 'header x-user'],
  ['affinity by cookie', Affinity.byCookie('shop').criterion, 'cookie shop of the router'],
  ['concat', Gather.concat().operation, 'concat'],
  ['merge', Gather.merge().operation, 'merge'],
  ['first', Gather.first().operation, 'first'],
  ['all', Gather.all().operation, 'all'],
  ['a function that gathers', Gather.fromFunction(code).operation, 'function'],
  ['a scatter', Scatter.fromFunction(code).code, code],
  ['pods', Peer.pods({ app: 'checkout', tier: 'web' }).selection, 'pods app=checkout,tier=web of the same namespace'],
  ['pods elsewhere', Peer.pods({ app: 'checkout' }, 'shop').selection, 'pods app=checkout of namespace shop'],
  ['a namespace', Peer.namespace('monitoring').selection, 'all pods of namespace monitoring'],
  ['its own namespace', Peer.namespace().selection, 'all pods of the same namespace'],
  ['a range', Peer.ipRange('10.1.0.0/16').selection, 'addresses 10.1.0.0/16'],
  ['anywhere', Peer.anywhere().selection, 'anywhere'],
  ['a host', Egress.toHost('DB.data.svc', 5432).destination, 'db.data.svc:5432'],
  ['an IPv6 address', Egress.toHost('fd00::1', 5432).destination, '[fd00::1]:5432'],
  ['a peer', Egress.toPeer(Peer.namespace('data'), 5432, 5433).destination, 'all pods of namespace data, ports 5432, 5433'],
  ['a peer at all ports', Egress.toPeer(Peer.anywhere()).destination, 'anywhere, all ports'],
  ['a text as header', HeaderValue.fromText('eu-west').display, 'eu-west'],
  [
    'a secret as header',
    HeaderValue.fromSecret('rates-api', 'token', { prefix: 'Bearer ' }).display,
    'Bearer [Secret rates-api, key token]',
  ],
  ['all headers', CallerHeaders.all().forwarded, 'all'],
  ['all headers but some', CallerHeaders.allBut('Cookie', 'via').forwarded, 'all but cookie, via'],
  ['some headers', CallerHeaders.only('Accept').forwarded, 'only accept'],
  ['no headers', CallerHeaders.only().forwarded, 'none'],
  ['certificates as text', CaBundle.fromPem(rootCertificates[0]).location, 'manifest'],
  ['certificates of a ConfigMap', CaBundle.fromConfigMap('internal-ca').location, 'ConfigMap internal-ca, key ca.crt'],
  ['certificates of a Secret', CaBundle.fromSecret('ca', 'root.pem').location, 'Secret ca, key root.pem'],
  ['local state', State.local({ size: Size.gibibytes(1) }).isShared, false],
  ['shared state', State.shared(valkey).isShared, true],
  ['a Valkey', [valkey.host, valkey.port, valkey.prefix], ['cache.data.svc', 6379, 'state']],
  ['a Valkey with a prefix', Valkey.existing({ host: 'cache', prefix: 'shop' }).prefix, 'shop'],
  ['storage', Storage.volume({ mountPath: '/data', size: Size.gibibytes(1) }).mountPath, '/data'],
])('%s says what it is', (_, said, text) => {
  expect(said).toEqual(text);
});
