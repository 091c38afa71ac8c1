import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { ValkeyOptions } from './valkey-options';
import { refuse } from '../checks/errors';
import { checkSize } from '../checks/numbers';
import { bytes } from '../checks/sizes';
import type { PodSpec } from '../manifests/pod-spec';
import { largeQuantity, memoryOf, quantity, withDefaults } from '../manifests/resources';
import { checkImage } from '../platform/image';
import type { Platform } from '../platform/platform';

/** The port that the image listens on. */
export const VALKEY_PORT = 6379;

const DATA = '/data';
/** From here, valkey-cli takes the password too, by which probes ask. */
const PASSWORD = 'REDISCLI_AUTH';
/** What Valkey itself takes: it must not be ended for that. */
const LEAST_MEMORY = Size.mebibytes(32);
/** Data in memory, and the most that the files of it take on the disk: see `ValkeyOptions.size`. */
const DISK = 4;

const RESOURCES = {
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(256), limit: Size.mebibytes(256) },
  ephemeralStorage: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
};

/**
 * Two servers must never write to one volume: what one confirms the other would not have. After a pod was deleted by
 * force, its program may still run beside the next one's for a moment. The lock is the server's own: it is given back
 * when its process ends, however it does.
 */
const LOCKED = [
  'exec 9>"$1/lock"',
  'flock -n 9 || { echo "the lock of $1 is held by a server that has not ended yet: waiting"; flock 9; }',
  'exec valkey-server --dir "$@"',
].join('\n');

/** Directives that decide whether it works, besides those that are written here. */
const FIXED = ['bind', 'daemonize', 'tls-port', 'cluster-enabled', 'replicaof', 'slaveof', 'aclfile', 'user'];

/** The pod of a Valkey: one server, whose data is on a volume before it confirms anything. */
export function valkeyPod(scope: Construct, platform: Platform, options: ValkeyOptions): PodSpec {
  const { size, password, storageClass, whenDeleted = 'Retain', image = platform.valkeyImage, config = {} } = options;
  const resources = withDefaults(options.resources, RESOURCES);
  const memory = memoryFor(scope, resources);
  checkImage(scope, 'image', image);
  checkRoomFor(scope, size, memory);
  const own: Record<string, readonly string[]> = {
    'port': [`${VALKEY_PORT}`],
    'requirepass': [`$(${PASSWORD})`],
    // Of the image it is off, and a password of no letters would open the server to everybody.
    'protected-mode': ['yes'],
    'maxmemory': [`${memory}`],
    'maxmemory-policy': ['noeviction'],
    'appendonly': ['yes'],
    // The append-only file has everything: snapshots beside it would only take memory and room.
    'save': [''],
  };
  const further = furtherDirectives(scope, config, [...Object.keys(own), 'dir', ...FIXED]);
  return {
    image,
    command: ['sh', '-c', LOCKED, 'valkey-server'],
    args: [DATA, ...Object.entries({ ...own, appendfsync: ['always'], ...further })
      .flatMap(([directive, values]) => [`--${directive}`, ...values])],
    env: { [PASSWORD]: password },
    ports: { valkey: VALKEY_PORT },
    // -e: while it reads its data it answers, with an error.
    readiness: { command: ['valkey-cli', '-e', 'ping'] },
    resources,
    files: {},
    writable: {},
    claims: [{
      mountPath: DATA, size, storageClass, accessMode: 'ReadWriteOnce', whenDeleted, whenScaled: 'Retain',
    }],
    // To read its data it may take long; ended meanwhile, it would only begin again.
    brought: { startupTime: Duration.minutes(10) },
    // It ends what is at hand and writes what is left, within a second mostly.
    stop: 25,
  };
}

/** How many bytes are for data: see `ValkeyOptions.resources`. */
function memoryFor(scope: Construct, resources: ContainerResources): number {
  const memory = memoryOf(resources);
  if (memory === undefined) {
    refuse(scope, 'resources.memory has no limit, and a Valkey must know how much it may hold: give one');
  }
  if (!(memory >= bytes(LEAST_MEMORY))) {
    refuse(scope, `resources.memory is ${memory} bytes: Valkey itself takes some, so give ${quantity(LEAST_MEMORY)} `
      + 'or more');
  }
  return Math.floor(memory / 2);
}

function checkRoomFor(scope: Construct, size: Size, memory: number): void {
  checkSize(scope, 'size', size);
  const least = Size.kibibytes(Math.ceil(memory * DISK / 1024));
  if (bytes(size) >= bytes(least)) return;
  refuse(scope, `size is ${largeQuantity(size)}, and ${memory} bytes of data, half of resources.memory, may take `
    + `${largeQuantity(least)} on the disk: give as much or more, or less memory`);
}

function furtherDirectives(
  scope: Construct, config: { readonly [directive: string]: string }, taken: readonly string[],
): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(config).map(([directive, value]) => {
    if (!/^[a-z][a-z0-9-]*$/.test(directive)) {
      refuse(scope, `config names '${directive}', which is no directive: write it as in 'appendfsync'`);
    }
    if (taken.includes(directive)) {
      refuse(scope, `config sets '${directive}', which is set here already, by another option or because the state `
        + 'needs it so: leave it out');
    }
    const values = value.trim().split(/[ \t]+/);
    // What begins like this is another directive to the server.
    if (/[\r\n\0]/.test(value) || values.some((each) => each === '' || each.startsWith('--'))) {
      refuse(scope, `config.${directive} is ${JSON.stringify(value)}: give what stands behind it in a configuration, `
        + "in one line, as in 'everysec'");
    }
    return [directive, values];
  }));
}
