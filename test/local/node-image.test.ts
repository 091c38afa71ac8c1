import { majorOf, nodeCommand, nodeOptions } from '../../src/local/images/node-image';

test.each([
  [
    '20.19.0',
    '--permission --allow-fs-read=/code',
    '--experimental-permission --allow-fs-read=/code --allow-fs-read=/p --require=/p/main.cjs',
  ],
  ['22.12.0', '--permission', '--experimental-permission --allow-fs-read=/p --require=/p/main.cjs'],
  ['22.13.0', '--permission', '--permission --allow-fs-read=/p --require=/p/main.cjs'],
  ['23.4.0', '--permission', '--experimental-permission --allow-fs-read=/p --require=/p/main.cjs'],
  ['24.1.0', '--permission', '--permission --allow-fs-read=/p --require=/p/main.cjs'],
  ['25.0.0', '--permission', '--permission --allow-fs-read=/p --allow-net --require=/p/main.cjs'],
  ['25.0.0', '--permission --allow-net', '--permission --allow-fs-read=/p --allow-net --require=/p/main.cjs'],
  ['24.1.0', '--permission --allow-net', '--permission --allow-fs-read=/p --require=/p/main.cjs'],
  ['24.1.0', '', '--require=/p/main.cjs'],
  ['24.1.0', '--max-old-space-size=64', '--max-old-space-size=64 --require=/p/main.cjs'],
])('Node %s gets "%s" as it understands it', (version, declared, expected) => {
  expect(nodeOptions(declared, '/p/main.cjs', version)).toBe(expected);
});

test.each([
  [['node', 'a.mjs'], false, ['/bin/n', 'a.mjs']],
  [['/usr/local/bin/node', 'a.mjs'], true, ['/bin/n', 'a.mjs']],
  [['a.mjs', 'x'], false, ['/bin/n', 'a.mjs', 'x']],
  [['--inspect', 'a.mjs'], false, ['/bin/n', '--inspect', 'a.mjs']],
  [['sh', '-c', 'node a.mjs'], true, ['sh', '-c', 'node a.mjs']],
])('the command %j (own entrypoint: %s) runs %j', (argv, own, expected) => {
  expect(nodeCommand(argv, own, '/bin/n')).toEqual(expected);
});

test.each([
  ['node:24-alpine', 24], ['node:26', 26], ['node:22.17.0-bookworm', 22], ['mirror.acme.com:5000/library/node:24', 24],
  ['mirror.acme.com:5000/node', undefined], ['node:lts', undefined], ['node:24@sha256:00', 24], ['node:2x', undefined],
])('the image %s is of major version %s', (image, major) => {
  expect(majorOf(image)).toBe(major);
});
