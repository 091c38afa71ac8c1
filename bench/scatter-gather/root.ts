import { join } from 'path';
import type { LeafConfig, RootConfig } from '../../src/contract';

/** The program, as pods run it. */
export const ROOT = join(__dirname, '../../assets/root.mjs');

/** What a ScatterGather without further props configures its root with. */
export function rootConfig(hosts: readonly string[], props: Partial<RootConfig> = {}): RootConfig {
  const mebibyte = 1024 * 1024;
  return {
    port: 8080,
    adminPort: 0,
    leaves: hosts.map(leafAt),
    gather: 'concat',
    timeout: 10_000,
    minResponses: hosts.length,
    accept: ['2xx'],
    maxBodySize: mebibyte,
    maxAnswerSize: mebibyte,
    maxHeldSize: 128 * mebibyte,
    maxConcurrency: 100,
    drain: 20_000,
    trustedProxies: ['127.0.0.0/8'],
    ...props,
  };
}

/** @param host an address of its own, or a name that has more than one */
export function leafAt(host: string, leaf: number): LeafConfig {
  return { name: `leaf-${leaf}`, host, port: 8080 };
}
