import { HTTP } from '../../src/nginx/dialect';
import { problemPages } from '../../src/nginx/problems';
import { quoted } from '../../src/nginx/text';
import { upstream } from '../../src/nginx/upstream';

const group = { name: 'web-backend', host: 'web-backend.shop.svc.cluster.local', port: 8080, replicas: 2 };

describe('an upstream', () => {
  test('balances over the pods and has the Service address as backup', () => {
    expect(upstream({ ...group, podsHost: 'web-backend-headless.shop.svc.cluster.local' }, 1).join('\n')).toBe([
      'upstream web-backend {',
      '  zone web-backend 64k;',
      '  least_conn;',
      '  server web-backend-headless.shop.svc.cluster.local:8080 resolve max_fails=1 fail_timeout=2s;',
      ...Array(8).fill('  server web-backend.shop.svc.cluster.local:8080 resolve max_fails=0 backup;'),
      '  keepalive 64;',
      '  keepalive_timeout 4s;',
      '}',
    ].join('\n'));
  });

  test('of a backend with one address uses it and never takes it out', () => {
    expect(upstream(group, 1)).toContain('  server web-backend.shop.svc.cluster.local:8080 resolve max_fails=0;');
  });

  test('asks pods at their own port where the Service has another one', () => {
    const [, , , pods, service] = upstream(
      { ...group, port: 80, podsHost: 'web-backend-headless.shop.svc.cluster.local', podsPort: 8080 },
      1,
    );
    expect([pods, service]).toEqual([
      '  server web-backend-headless.shop.svc.cluster.local:8080 resolve max_fails=1 fail_timeout=2s;',
      '  server web-backend.shop.svc.cluster.local:80 resolve max_fails=0 backup;',
    ]);
  });

  test('has a waiting room as the last of its addresses, which is hardly worth anything beside the others', () => {
    expect(upstream({ ...group, podsHost: 'web-pods' }, 1, ['least_conn;'], 'backup', 'ROOM').slice(3, -3)).toEqual([
      '  server web-pods:8080 resolve max_fails=1 fail_timeout=2s;',
      ...Array(8).fill('  server web-backend.shop.svc.cluster.local:8080 resolve max_fails=0 weight=1000 backup;'),
      '  server ROOM max_fails=0 backup;',
    ]);
  });

  test.each([
    [1_000, 'keepalive_timeout 1000ms;'],
    [0, 'keepalive_requests 1;'],
  ])('keeps idle connections for the %i ms that its backend says', (keepAlive, line) => {
    expect(upstream({ ...group, keepAlive }, 1).slice(-3)).toEqual(['  keepalive 64;', `  ${line}`, '}']);
  });

  test.each([
    [64, 8],
    [65, 4],
  ])('of %i groups has %i ways through the Service, '
    + 'so that the configuration of 128 fits into a ConfigMap', (groups, ways) => {
    expect(upstream(group, groups).filter((line) => line.includes('server web-backend.shop'))).toHaveLength(ways);
  });

  test.each([
    [1, 64],
    [16, 64],
    [64, 16],
    [128, 8],
  ])('of %i groups keeps %i idle connections, '
    + 'so that all together stay within what a worker holds', (groups, connections) => {
    expect(upstream(group, groups)).toContain(`  keepalive ${connections};`);
  });

  test.each([
    [16, 64],
    [17, 128],
    [100, 320],
  ])('of %i replicas gets %i KiB of shared memory, '
    + 'to hold them and the ways through the Service twice', (replicas, kilobytes) => {
    expect(upstream({ ...group, replicas }, 1)).toContain(`  zone web-backend ${kilobytes}k;`);
  });
});

test('a refusal of nginx itself is told as problem+json (RFC 9457)', () => {
  expect(problemPages(HTTP).join('\n')).toContain([
    'error_page 503 @problem_503;',
    'location @problem_503 {',
    '  default_type application/problem+json;',
    '  return 503 \'{"type":"about:blank","title":"Service Unavailable",'
      + '"status":503,"detail":"no replica is ready"}\';',
    '}',
  ].join('\n'));
});

test('a quote and a backslash stay inside their string', () => {
  expect(quoted("it's a \\")).toBe("'it\\'s a \\\\'");
});
