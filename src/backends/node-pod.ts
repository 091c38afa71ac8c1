import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu, EnvFieldPaths, EnvValue } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { LARGEST } from '../checks/numbers';
import { program } from '../code/program';
import { FunctionServerConfig, RootConfig } from '../contract';
import { files, sharedFiles } from '../manifests/files';
import { GroupLabels } from '../manifests/labels';
import type { PodSpec } from '../manifests/pod-spec';
import { stopAfter, timeToFinish } from '../manifests/pod-times';
import { memoryOf } from '../manifests/resources';
import { Platform } from '../platform/platform';

/** Where something of the user's is mounted. */
export interface Mounted {
  readonly path: string;
  readonly readOnly?: boolean;
}

/** A program of ours that Node runs in a pod. */
export interface NodePod {
  /** The program's file in assets/. */
  readonly program: string;
  /** A file of assets/ that it loads. */
  readonly engine?: string;
  /** What their ConfigMap is called, behind the chart's id: all pods of a chart share it. */
  readonly sharedAs: string;
  readonly config: FunctionServerConfig | RootConfig;
  /** Modules of the user's, by file name. */
  readonly modules: { readonly [name: string]: string };
  readonly env: { readonly [name: string]: EnvValue };
  readonly resources: ContainerResources;
  /** What the user mounts, which the program may read. */
  readonly mounts?: readonly Mounted[];
  /** Further files that it reads. */
  readonly files?: PodSpec['files'];
  readonly given?: PodSpec['given'];
}

/**
 * A tenth of a core is what Node takes when little happens; a whole one it can use, with its one thread. 256 MiB:
 * Node's own 50, code and bodies.
 */
export const NODE_RESOURCES = {
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(256), limit: Size.mebibytes(256) },
  ephemeralStorage: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
};

const PROGRAM_PATH = '/opt/metaparticle/program';
const CODE_PATH = '/opt/metaparticle/code';
/** Where the tokens of a ServiceAccount are mounted: Kubernetes' own, and those of clouds (EKS, AKS). */
const TOKENS_PATH = '/var/run/secrets';

const PORTS = { port: 8080, adminPort: 9090 };

/** What every such program is configured with: its ports, and its times in milliseconds. */
export function nodeConfig(
  scope: Construct, timeout: Duration,
): Pick<FunctionServerConfig & RootConfig, 'port' | 'adminPort' | 'timeout' | 'drain'> {
  const millis = timeout.toMilliseconds();
  // Over a connection that its peer has kept, the last request may come some seconds after the stop signal, and it may
  // take its whole time.
  const finish = timeToFinish(
    scope, Platform.of(scope).pods, Duration.millis(Math.min(LARGEST, Math.max(20_000, millis + 10_000))),
  );
  return { ...PORTS, timeout: millis, drain: finish.toMilliseconds() };
}

/** What every such program finds in its environment; it may read its own folders, and what options mount. */
export function nodeEnv(
  scope: Construct,
  resources: ContainerResources,
  mounts: readonly Mounted[] = [],
  further: readonly string[] = [],
): { readonly [name: string]: EnvValue } {
  const { nodeVersion, pods } = Platform.of(scope);
  const identity = pods.automountToken || pods.serviceAccount || pods.serviceAccountAnnotations ? [TOKENS_PATH] : [];
  const readable = [PROGRAM_PATH, CODE_PATH, ...further, ...identity, ...mounts.map(({ path }) => path)];
  const writable = mounts.filter(({ readOnly }) => !readOnly).map(({ path }) => path);
  // Node 24 does not guard the network, and ends when it is given this option.
  const network = nodeVersion >= 25 ? ['--allow-net'] : [];
  // Of 256 MiB, Node 24 takes all for its objects, and the kernel ends the pod before garbage is collected (measured:
  // a heap limit of 259 MiB). A quarter is for bodies, which are no objects, and another for Node itself.
  const memory = memoryOf(resources);
  const heap = memory ? [`--max-old-space-size=${Math.floor(memory / 2 ** 21)}`] : [];
  const permissions = [
    ...readable.map((path) => allowed('read', path)),
    ...writable.map((path) => allowed('write', path)),
  ];
  return {
    LISTEN_ADDRESS: EnvValue.fromValue('0.0.0.0'),
    POD_NAME: EnvValue.fromFieldRef(EnvFieldPaths.POD_NAME),
    NODE_OPTIONS: EnvValue.fromValue([...heap, '--permission', ...permissions, ...network].join(' ')),
  };
}

function programs({ program: file, engine }: NodePod): Record<string, string> {
  return { [file]: program(file), ...engine && { [engine]: program(engine) } };
}

/** A permission, as Node reads it in NODE_OPTIONS: spaces are apart from each other only in quotes. */
function allowed(access: 'read' | 'write', path: string): string {
  const option = `--allow-fs-${access}=${path}`;
  return /[\s"\\]/.test(option) ? `"${option.replace(/["\\]/g, '\\$&')}"` : option;
}

/**
 * A pod of a group that runs the program; its configuration and the user's code travel in a ConfigMap of the group's,
 * made in `scope`.
 */
export function nodePod(scope: Construct, labels: GroupLabels, pod: NodePod): PodSpec {
  const { port, adminPort } = PORTS;
  const { files: own = {}, given = {} } = pod;
  const further = Object.keys({ ...own, ...given });
  return {
    image: Platform.of(scope).nodeImage,
    args: ['node', `${PROGRAM_PATH}/${pod.program}`, `${CODE_PATH}/config.json`],
    env: { ...nodeEnv(scope, pod.resources, pod.mounts, further), ...pod.env },
    ports: { http: port, admin: adminPort },
    metrics: { port: 'admin', path: '/metrics' },
    readiness: { port: 'admin', path: '/readyz' },
    // A function that computes and never waits blocks everything else of its pod. It may, for as long as it may take.
    liveness: { port: 'admin', path: '/healthz', patience: Math.ceil(pod.config.timeout / 1000) },
    resources: pod.resources,
    files: {
      [PROGRAM_PATH]: sharedFiles(scope, 'Program', pod.sharedAs, () => programs(pod)),
      [CODE_PATH]: files(
        scope, 'Code', labels, { ...pod.modules, 'config.json': `${JSON.stringify(pod.config, undefined, 2)}\n` },
      ),
      ...own,
    },
    given,
    writable: {},
    stop: stopAfter(Duration.millis(pod.config.drain)),
  };
}
