import { imageKind } from '../../src/local/images/image-kind';
import { valkeyCommand } from '../../src/local/images/valkey-image';

test.each([
  [[], false, ['valkey-server']],
  [['--appendonly', 'yes'], false, ['valkey-server', '--appendonly', 'yes']],
  [['/etc/valkey/valkey.conf'], false, ['valkey-server', '/etc/valkey/valkey.conf']],
  [['redis-server', '--save', ''], false, ['redis-server', '--save', '']],
  [['sh', '-c', 'valkey-server'], false, ['sh', '-c', 'valkey-server']],
  [['/usr/local/bin/redis-server', '--save', ''], true, ['redis-server', '--save', '']],
  [['/opt/start.conf'], true, ['/opt/start.conf']],
])('the command %j (own entrypoint: %s) runs %j', (argv, own, expected) => {
  expect(valkeyCommand(argv, own, {})).toEqual(expected);
});

test('flags of the environment are added by the entrypoint, and not without it', () => {
  const env = { VALKEY_EXTRA_FLAGS: '--save 60 1' };

  expect(valkeyCommand([], false, env)).toEqual(['valkey-server', '--save', '60', '1']);
  expect(valkeyCommand(['valkey-server'], true, env)).toEqual(['valkey-server']);
});

test.each([
  ['valkey/valkey:9-alpine', 'valkey'],
  ['mirror.acme.com:5000/library/redis@sha256:00', 'valkey'],
  ['redis', 'valkey'],
  ['docker.io/bitnami/valkey:9', undefined],
  ['redis/redis-stack', undefined],
  ['nginx:1.30-alpine', 'nginx'],
  ['bitnami/nginx', 'nginx'],
  ['node:24-alpine', 'node'],
  ['constructor', undefined],
])('the image %s runs as %s', (image, kind) => {
  expect(imageKind(image)).toBe(kind);
});
