import { nodeCommand, nodeOptions } from '../../src/local/images/node-image';

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
  [['node', 'a.mjs'], false, [process.execPath, 'a.mjs']],
  [['/usr/local/bin/node', 'a.mjs'], true, [process.execPath, 'a.mjs']],
  [['a.mjs', 'x'], false, [process.execPath, 'a.mjs', 'x']],
  [['--inspect', 'a.mjs'], false, [process.execPath, '--inspect', 'a.mjs']],
  [['sh', '-c', 'node a.mjs'], true, ['sh', '-c', 'node a.mjs']],
])('the command %j (own entrypoint: %s) runs %j', (argv, own, expected) => {
  expect(nodeCommand(argv, own)).toEqual(expected);
});
