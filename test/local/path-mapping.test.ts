import { PathMapping } from '../../src/local/images/path-mapping';

const mapping = new PathMapping(
  [['/opt/code', '/tmp/pod/code'], ['/opt/code/deep', '/tmp/pod/deep'], ['/run/', '/tmp/pod/run']],
);

test.each([
  ['a whole value', '/opt/code', '/tmp/pod/code'],
  ['a path inside', '/opt/code/main.mjs', '/tmp/pod/code/main.mjs'],
  ['the innermost mount', '/opt/code/deep/x', '/tmp/pod/deep/x'],
  ['a mount path that ends with a slash', '/run/nginx.pid', '/tmp/pod/run/nginx.pid'],
  ['after an equals sign', '--allow-fs-read=/opt/code', '--allow-fs-read=/tmp/pod/code'],
  ['every place of a list', '/opt/code:/usr/bin:/opt/code/deep', '/tmp/pod/code:/usr/bin:/tmp/pod/deep'],
  ['after a comma and after white space', 'a,/opt/code /opt/code/b', 'a,/tmp/pod/code /tmp/pod/code/b'],
])('%s is mapped', (_, value, expected) => {
  expect(mapping.map(value)).toBe(expected);
});

test.each([
  ['a longer name', '/opt/coder/main'],
  ['a path that only holds the mount path', '/srv/opt/code/main'],
  ['a URL', 'http://opt/code'],
])('%s stays as it is', (_, value) => {
  expect(mapping.map(value)).toBe(value);
});

test('a path is located in its mount, and nowhere when no mount holds it', () => {
  expect(mapping.locate('/opt/code/deep/file')).toBe('/tmp/pod/deep/file');
  expect(mapping.locate('/etc/passwd')).toBeUndefined();
});
