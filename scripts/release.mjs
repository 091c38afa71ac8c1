// `npx projen release`: builds and tests the packages of the version that CHANGELOG.md starts with, into dist/. It
// neither tags nor publishes, and leaves no other file changed: in git, package.json says 0.0.0. projen would make the
// version of commit messages; here it is of the changelog, which is written for users.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root, run } from './steps.mjs';

const changed = () => run(root, 'git', 'status', '--porcelain');
const setVersion = (to) => run(root, 'npm', 'version', to, '--no-git-tag-version', '--allow-same-version');
// projen resets the version where this is not set.
const env = { ...process.env, RELEASE: 'true' };

const version = /^## (\d+\.\d+\.\d+) - /m.exec(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'))?.[1];
if (!version) fail('CHANGELOG.md names no version: start its first entry as in "## 0.2.0 - unreleased"');
if (run(root, 'git', 'tag', '--list', `v${version}`)) {
  fail(`the first entry of CHANGELOG.md is ${version}, which is tagged: write what is new under a newer version`);
}
if (changed()) fail(`a release is made of what is committed: commit or remove\n${changed()}`);

// Ctrl-C and others end the build, but not this program, which takes the version back.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
rmSync(join(root, 'dist'), { recursive: true, force: true });
setVersion(version);
const failed = ['build', 'package'].find(
  (script) => spawnSync('npm', ['run', script], { cwd: root, env, stdio: 'inherit' }).status !== 0,
);
setVersion('0.0.0');
if (failed) fail(`npm run ${failed} failed, so there is no release`);
if (changed()) fail(`the build has written other files than are committed: commit\n${changed()}`);
process.stdout.write(`\n${version} is in dist/; CONTRIBUTING.md says how to publish it\n`);
