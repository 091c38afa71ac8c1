// `npm run test:pod-node`: the programs of pods, tested with the versions of Node that pods run, from the npm
// registry.
import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
// That of the default `nodeImage` of Platform, and the newest that is maintained for long: from 25 on, programs need a
// permission to use the network.
const versions = [24, 26];

for (const version of versions) {
  console.log(`Node ${version}`);
  // npx keeps the binary in npm's cache.
  const node = execFileSync(
    'npx', [
      '--yes',
      '--package',
      `node-linux-${process.arch}@${version}`,
      '-c',
      'command -v node',
    ], { encoding: 'utf8' },
  ).trim();
  execFileSync(process.execPath, [join(root, 'node_modules/jest/bin/jest.js'), '--ci', 'test/runtime'], {
    cwd: root, env: { ...process.env, POD_NODE: node }, stdio: 'inherit',
  });
}
