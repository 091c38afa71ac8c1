import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu, EnvFieldPaths, EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend';
import { bindGroup } from './bound-group';
import { checkDuration, checkEnv, checkSize, checkWhole } from './checks';
import { Code } from './code';
import { FunctionServerConfig } from './contract';
import { files, sharedFiles } from './manifests/files';
import { withDefaults } from './manifests/resources';
import { Platform } from './platform';
import { program } from './program';

/** Pods that run a function. */
export interface FunctionBackendOptions {
  /**
   * How long the function may take. Then the client gets a 504 and the function's `context.signal` is aborted.
   * @default Duration.seconds(30)
   */
  readonly timeout?: Duration;

  /**
   * The largest request body; a longer one is answered with 413. Bodies are held in memory, so mind `resources.memory`.
   * @default Size.mebibytes(1)
   */
  readonly maxBodySize?: Size;

  /**
   * Requests that one pod works on at a time, from 1 to 10000; further ones are answered at once with 503 and `retry-after`.
   * @default 100
   */
  readonly maxConcurrency?: number;

  /**
   * Environment variables, read by the function as `process.env.NAME`.
   * @default - none but the pattern's own: SHARD and SHARDS in a Shard, LEAF and LEAVES in a ScatterGather
   */
  readonly env?: { readonly [name: string]: EnvValue };

  /**
   * What each pod asks for and may use; what is not given comes from the default.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 16 MiB to 64 MiB
   */
  readonly resources?: ContainerResources;
}

const PORT = 8080;
const ADMIN_PORT = 9090;
const PROGRAM_PATH = '/opt/metaparticle/program';
const CODE_PATH = '/opt/metaparticle/code';
/** Seconds open requests and kept-alive connections have after the stop signal. */
const DRAIN = 20;

const RESOURCES = {
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(256), limit: Size.mebibytes(256) },
  ephemeralStorage: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
};

/** See {@link Backend.fromFunction}. */
export class FunctionBackend implements IBackend {
  public constructor(private readonly code: Code, private readonly options: FunctionBackendOptions) {}

  public bind(scope: Construct, id: string, bound: BackendBindOptions): BackendAddress {
    const { env = {}, timeout = Duration.seconds(30), maxBodySize = Size.mebibytes(1), maxConcurrency = 100 } = this.options;
    checkDuration(scope, 'timeout', timeout);
    checkSize(scope, 'maxBodySize', maxBodySize);
    checkWhole(scope, 'maxConcurrency', maxConcurrency, 1, 10_000);
    const config: FunctionServerConfig = {
      port: PORT,
      adminPort: ADMIN_PORT,
      code: 'handler.mjs',
      maxBodySize: maxBodySize.toKibibytes() * 1024,
      maxConcurrency,
      timeout: timeout.toMilliseconds(),
      drain: DRAIN * 1000,
    };
    const ours = programEnv([PROGRAM_PATH, CODE_PATH]);
    checkEnv(scope, env, Object.keys({ ...ours, ...bound.env }));
    return bindGroup(scope, id, bound, (group, name) => ({
      image: Platform.of(scope).nodeImage,
      args: ['node', `${PROGRAM_PATH}/function-server.mjs`, `${CODE_PATH}/config.json`],
      env: { ...ours, ...env },
      ports: { http: PORT, admin: ADMIN_PORT },
      readiness: { port: 'admin', path: '/readyz' },
      // A function that computes and never waits blocks everything else of its pod. It may, for as long as it may take.
      liveness: { port: 'admin', path: '/healthz', patience: Math.ceil(timeout.toSeconds({ integral: false })) },
      resources: withDefaults(this.options.resources, RESOURCES),
      files: {
        [PROGRAM_PATH]: sharedFiles(scope, 'function-server', () => ({ 'function-server.mjs': program('function-server.mjs') })),
        [CODE_PATH]: files(group, 'Code', name, {
          'handler.mjs': this.code._module(scope, 'node'),
          'config.json': `${JSON.stringify(config, undefined, 2)}\n`,
        }),
      },
      writable: {},
      drain: 5,
      stop: DRAIN + 5,
    }));
  }
}

/** What a Node program in a pod needs to know; it may read the given folders and no other file. */
function programEnv(folders: readonly string[]): Record<string, EnvValue> {
  return {
    LISTEN_ADDRESS: EnvValue.fromValue('0.0.0.0'),
    POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
    NODE_OPTIONS: EnvValue.fromValue(['--permission', ...folders.map((folder) => `--allow-fs-read=${folder}`)].join(' ')),
  };
}
