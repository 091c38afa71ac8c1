// `npm run package`: what every registry gets, in dist/: the npm tarball, the wheel, the jar, and what pacmak generates
// for Go and .NET. What this machine lacks the tools for is skipped, in one line.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, missingToolchain, OFTEN_MISSING, pacmak } from './pacmak.mjs';
import { root, skip, step } from './steps.mjs';

const dist = join(root, 'dist');

compile();
rmSync(dist, { recursive: true, force: true });
build('js', 'pack for npm', () => pacmak('js', dist));
build('python', 'build the wheel', () => pacmak('python', dist));
build('java', 'build the jar', buildJar);
// A Go module is its sources; .NET's are compiled where there is a dotnet.
for (const language of ['go', 'dotnet']) {
  step(`generate the sources for ${language}`, () => pacmak(language, dist, { sourcesOnly: true }));
}

function build(language, title, work) {
  const missing = missingToolchain(language);
  if (missing) skip(title, missing);
  else step(title, work);
}

/** Maven compiles against the jars of cdk8s, which not every mirror has: they are built of npm's, but not ours to keep. */
function buildJar() {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  try {
    pacmak('java', folder, { modules: OFTEN_MISSING, bare: true });
    pacmak('java', folder);
    cpSync(join(folder, 'java/io'), join(dist, 'java/io'), { recursive: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
