import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalStateConfig } from '../../../src/contract';
import { launch, PodProcess, serve, ServeOptions, VERSION } from '../server';

const [major, minor] = VERSION.split('.').map(Number);
const HAS_SQLITE = major > 22 || (major === 22 && minor >= 13);

/** A test of what needs `node:sqlite`: skipped, with the reason in its name, where the Node at hand has none. */
export function testSqlite(name: string, run: () => Promise<void>): void {
  if (HAS_SQLITE) test(name, run);
  else test.skip(`${name} [Node ${VERSION} has no node:sqlite: set POD_NODE]`, run);
}

/** A test of a Node that has none. */
export const testWithoutSqlite = HAS_SQLITE ? test.skip : test;

const folders: string[] = [];

/** A folder that goes with the test file. */
export function stateFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pod-state-'));
  folders.push(folder);
  return folder;
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A function server with a state of its own in that folder. */
function options(folder: string, config: Partial<LocalStateConfig>, more: ServeOptions): ServeOptions {
  const { size = 256 * 2 ** 20 } = config;
  return {
    ...more,
    env: { ...more.env, STATE_FOLDER: folder },
    config: { ...more.config, state: { kind: 'local', folder: 'STATE_FOLDER', size } },
    pod: { beside: ['state-local.mjs'], writable: folder },
  };
}

/** Starts one, and waits until it listens. */
export function serveWithState(
  folder: string, handler: string, config: Partial<LocalStateConfig> = {}, more: ServeOptions = {},
): Promise<PodProcess> {
  return serve(handler, options(folder, config, more));
}

/** Starts one. */
export function launchWithState(folder: string, handler: string, config: Partial<LocalStateConfig> = {}): PodProcess {
  return launch(`export default ${handler};`, options(folder, config, {}));
}
