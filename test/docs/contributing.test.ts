import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** The worked examples of CONTRIBUTING.md, each a patch. */
function examples(): string[] {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  return [...text.matchAll(/^```diff\n(.*?)^```$/gms)].map(([, patch]) => patch);
}

test('the worked examples of CONTRIBUTING.md apply to the source as it is, and compile together', () => {
  const folder = mkdtempSync(join(tmpdir(), 'worked-examples-'));
  try {
    cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const patches = examples();
    expect(patches).toHaveLength(3);
    // Without a repository around it, git would look for one above.
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: tmpdir() };
    for (const patch of patches) execFileSync('git', ['apply', '-'], { cwd: folder, env, input: patch });

    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noEmit: true, composite: false, incremental: false, rootDir: folder },
      include: ['src/**/*.ts'],
      exclude: [],
    }));
    const compile = () => execFileSync(
      process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' },
    );
    expect(compile).not.toThrow();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
