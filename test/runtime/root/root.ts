import { FakeLeaf } from './fake-leaf';
import type { RootConfig } from '../../../src/contract';
import { ends, PodProcess } from '../server';

export type RootOptions = Partial<RootConfig> & { readonly code?: string; readonly env?: NodeJS.ProcessEnv };

const DEFAULTS: Omit<RootConfig, 'leaves' | 'minResponses'> = {
  port: 0,
  adminPort: 0,
  gather: 'all',
  timeout: 5_000,
  accept: ['2xx'],
  maxBodySize: 1_000_000,
  maxAnswerSize: 1_000_000,
  maxHeldSize: 50_000_000,
  maxConcurrency: 100,
  drain: 10_000,
  trustedProxies: ['127.0.0.1'],
};

/** Starts a root in front of leaves and waits until it listens. `code` is the source of a gather function. */
export async function root(
  leaves: readonly FakeLeaf[], { code, env, ...config }: RootOptions = {},
): Promise<PodProcess> {
  const configured = leaves.map(({ port }, index) => ({ name: `leaf-${index}`, host: '127.0.0.1', port }));
  return rootOf({ leaves: configured, ...config }, code, env);
}

/** The same, with leaves as they are configured. */
export async function rootOf(
  config: Partial<RootConfig> & Pick<RootConfig, 'leaves'>,
  code?: string,
  env?: NodeJS.ProcessEnv,
  files: Readonly<Record<string, string>> = {},
): Promise<PodProcess> {
  const started = launchRoot(config, code, env, files);
  await started.logged((line) => line.message === 'listening');
  return started;
}

/** The same, for one that may not start. */
export function launchRoot(
  config: Partial<RootConfig> & Pick<RootConfig, 'leaves'>,
  code?: string,
  env?: NodeJS.ProcessEnv,
  further: Readonly<Record<string, string>> = {},
): PodProcess {
  const gather = code !== undefined && { gather: 'function', code: 'gather.mjs' };
  const full = { ...DEFAULTS, minResponses: config.leaves.length, ...config, ...gather };
  const files = { ...further, ...code !== undefined && { 'gather.mjs': `export default ${code};` } };
  return ends(new PodProcess('root.mjs', full, files, env));
}
