import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

const FOLDER = join(__dirname, '../../../examples');

/** The names of all examples. */
export function examples(): string[] {
  return readdirSync(FOLDER);
}

/** What `cdk8s synth` makes of an example. */
export function exampleObjects(name: string): any[] {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    execFileSync(
      process.execPath, ['--import', 'tsx', 'main.ts'], {
        cwd: join(FOLDER, name),
        env: { ...process.env, CDK8S_OUTDIR: out },
      },
    );
    return readdirSync(out).flatMap(
      (file) => parseAllDocuments(readFileSync(join(out, file), 'utf8')).map((document) => document.toJS()),
    );
  } finally {
    rmSync(out, { recursive: true });
  }
}
