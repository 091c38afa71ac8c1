import { Duration, Size } from 'cdk8s';
import { ContainerResources, Cpu, Probe } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AdditionalPort, portsOf } from './additional-port';
import { checkKeepAlive } from './address-checks';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { bindGroup, defaultReplicasOf, ownVariables } from './bound-group';
import type { ContainerOptions } from './container-options';
import { claimsOf } from './storage';
import type { TlsOptions } from './tls-options';
import { checked } from '../checks/arguments/checked';
import { checkEnv } from '../checks/env';
import { refuse } from '../checks/errors';
import { kibibytes } from '../checks/sizes';
import { mountsOf } from '../manifests/extra-containers';
import { withDefaults } from '../manifests/resources';
import { checkWritable, totalOf, Writable } from '../manifests/writable';
import { checkImage } from '../platform/image';
import type { IProbe } from '../platform/plus-objects';
import { Protocol } from '../platform/protocol';

/** Pods of a container image. */
export interface ImageBackendOptions extends ContainerOptions {
  /**
   * The TCP port the program listens on, from 1 to 65535. If it is below 1024, the pod gets a sysctl that lets every
   * program use it (`net.ipv4.ip_unprivileged_port_start`), and no privilege.
   */
  readonly port: number;

  /**
   * Further ports of the program, by name: for metrics, for instance. Routers and roots use none of them.
   * @default - none
   */
  readonly ports?: { readonly [name: string]: AdditionalPort };

  /**
   * Replaces the image's entrypoint.
   * @default - the image's own
   */
  readonly command?: string[];

  /**
   * Replaces the image's arguments.
   * @default - the image's own
   */
  readonly args?: string[];

  /**
   * Requests and limits of each pod. What you leave out has its default. The memory request should equal the limit, so
   * that a pod is not evicted for memory that it was allowed to use.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 64 MiB to 256 MiB, or to 192 MiB more than `writable`
   * and the limits of mounted `emptyDir`s together
   */
  readonly resources?: ContainerResources;

  /**
   * A GET of this path must have a status from 200 to 399 if, and only if, the pod can take requests. It cannot be
   * given together with `readiness`.
   * @default '/'
   */
  readonly readinessPath?: string;

  /**
   * The readiness probe, instead of a GET of `readinessPath`: a Probe of cdk8s-plus, or `GrpcProbe.of()`. What it
   * leaves out has Kubernetes' defaults, such as a period of 10 seconds.
   * @default - a GET of `readinessPath`, or the health check of gRPC, every 2 seconds; not ready after 2 failures
   */
  readonly readiness?: Probe | IProbe;

  /**
   * The liveness probe. If it fails, the container is restarted. It should check less than `readiness`, because a
   * restart does not help a program that is busy or waits for its database.
   * @default - a connection to `port`, every 10 seconds; restarted after 3 failures
   */
  readonly liveness?: Probe | IProbe;

  /**
   * The startup probe. The other probes wait for it. It cannot be given together with `startupTime`.
   * @default - the same as `readiness`, every second for `startupTime`
   */
  readonly startup?: Probe | IProbe;

  /**
   * Folders that the program writes to, and how much each may hold: `{ '/var/cache': Size.mebibytes(64) }`. They are
   * empty at start and gone with the pod. The rest of the file system is read-only. A limit in
   * `resources.ephemeralStorage` must be larger than all of them together.
   * @default - /tmp, up to 64 MiB, unless a volume is mounted there
   */
  readonly writable?: { readonly [path: string]: Size };

  /**
   * How long routers and roots keep an idle connection to a pod for further requests. It must be shorter than the time
   * after which the program closes an idle connection itself (gunicorn: 2 seconds), because a request that meets a
   * connection while it is closed is lost. A GET, or another method that is safe to repeat, is then sent once more. A
   * POST may have been done or not, so its client gets a 502, and a root counts the leaf as failed. With
   * `Duration.seconds(0)`, each request has a connection of its own, and none is lost in this way.
   * @default Duration.seconds(4)
   */
  readonly keepAlive?: Duration;

  /**
   * What the program speaks. With gRPC, `readiness` is by default the gRPC health checking protocol
   * (https://github.com/grpc/grpc/blob/master/doc/health-checking.md), which the program must answer.
   * @default Protocol.HTTP
   */
  readonly protocol?: Protocol;

  /**
   * How routers and roots speak TLS to the program. Probes do not follow this option: give a `readiness` that the
   * program answers.
   * @default - no TLS
   */
  readonly tls?: TlsOptions;
}

/**
 * We know nothing of the program: enough for a small one to start, and a bound for a wild one, with room for its
 * folders and something beside them.
 */
const defaultResources = (writable: Size) => ({
  cpu: { request: Cpu.millis(100), limit: Cpu.units(1) },
  memory: { request: Size.mebibytes(256), limit: Size.mebibytes(256) },
  ephemeralStorage: {
    request: Size.mebibytes(64),
    limit: Size.kibibytes(Math.max(256 * 1024, kibibytes(writable) + 192 * 1024)),
  },
});

/** See {@link Backend.fromImage}. */
export class ImageBackend implements IBackend {
  public constructor(private readonly image: string, private readonly options: ImageBackendOptions) {}

  public get defaultReplicas(): number | undefined {
    return defaultReplicasOf(this.options);
  }

  public bind(scope: Construct, id: string, bound: BackendBindOptions): BackendAddress {
    [scope, id, bound] = checked('IBackend.bind', [scope, id, bound]);
    const { port, command, args, env = {}, readinessPath = '/', keepAlive, protocol, tls } = this.options;
    const writable = this.options.writable ?? this.defaultWritable();
    checkImage(scope, 'image', this.image);
    const { ports, metrics, further } = portsOf(scope, port, this.options.ports ?? {});
    checkWritable(scope, writable);
    checkEnv(scope, env, ownVariables(bound, this.options));
    if (this.options.readinessPath !== undefined && this.options.readiness) {
      refuse(scope, `readinessPath is '${readinessPath}', and readiness is given: leave one of them out`);
    }
    if (!readinessPath.startsWith('/')) {
      refuse(scope, `readinessPath is '${readinessPath}': a path starts with a slash, as in '/health'`);
    }
    checkKeepAlive(scope, 'keepAlive', keepAlive);
    const address = bindGroup(scope, id, bound, this.options, () => ({
      image: this.image,
      command,
      args,
      env,
      ports,
      metrics,
      readiness: protocol === Protocol.GRPC && this.options.readinessPath === undefined
        ? { grpc: port }
        : { port: 'http', path: readinessPath },
      resources: withDefaults(this.options.resources, defaultResources(totalOf(writable, mountsOf(this.options)))),
      files: {},
      writable,
      // With the drain half a minute, which is Kubernetes' own default, and what programs are written for.
      stop: 25,
    }), further);
    return { ...address, keepAlive, protocol, tls };
  }

  /** Where programs expect to write, unless something is mounted there. */
  private defaultWritable(): Writable {
    const { volumeMounts = [] } = this.options;
    const mounted = [...volumeMounts.map(({ path }) => path), ...claimsOf(this.options).map((each) => each.mountPath)];
    return mounted.includes('/tmp') ? {} : { '/tmp': Size.mebibytes(64) };
  }
}
