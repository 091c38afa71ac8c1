import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { succeeds } from './kubectl';
import { EXAMPLES } from '../../example-promises';

/** The same, but for routes where the cluster does not know the Gateway API. */
export function knownObjects(name: string): any[] {
  const isRoute = ({ apiVersion }: any) => apiVersion.startsWith('gateway.networking.k8s.io/');
  const hasGateways = succeeds(['get', 'crd', 'httproutes.gateway.networking.k8s.io']);
  return exampleObjects(name).filter((object) => hasGateways || !isRoute(object));
}

/** What `cdk8s synth` makes of an example. */
export function exampleObjects(name: string): any[] {
  const out = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    execFileSync(
      process.execPath, ['--import', 'tsx', 'main.ts'], {
        cwd: join(EXAMPLES, name),
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
