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
   * The TCP port the program listens on, from 1 to 65535. For one below 1024 the pod gets a sysctl which lets every
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
   * What each pod asks for and may use. What is not given comes from the default; memory's request should equal its
   * limit, so that a pod is not evicted for what it was allowed.
   * @default - cpu 100m to 1, memory 256 MiB, ephemeral storage 64 MiB to 256 MiB, or to 192 MiB more than `writable`
   * and the limits of mounted `emptyDir`s together
   */
  readonly resources?: ContainerResources;

  /**
   * A GET of this path answers 200–399 when, and only when, the pod can take requests. Not beside `readiness`.
   * @default '/'
   */
  readonly readinessPath?: string;

  /**
   * What shows that the pod can take requests, in place of a GET of `readinessPath`: a Probe of cdk8s-plus, or
   * `GrpcProbe.of()`. What is not said of it is Kubernetes' default, such as every 10 seconds.
   * @default - a GET of `readinessPath`, of a program that speaks gRPC its health check, every 2 seconds; out after 2
   * failures
   */
  readonly readiness?: Probe | IProbe;

  /**
   * What shows that the program lives. Where it fails, the container is started again. It should ask for less than
   * `readiness`: a program that is busy, or waits for its database, gains nothing by a restart.
   * @default - a connection to `port`, every 10 seconds; restarted after 3 failures
   */
  readonly liveness?: Probe | IProbe;

  /**
   * What shows that the program has started. The other probes wait for it. Not beside `startupTime`.
   * @default - as `readiness`, every second for `startupTime`
   */
  readonly startup?: Probe | IProbe;

  /**
   * Folders the program writes to, and how much each may hold: `{ '/var/cache': Size.mebibytes(64) }`. The rest of its
   * file system is read-only; these are empty at start and gone with the pod. A limit in `resources.ephemeralStorage`
   * must be larger than all of them together.
   * @default - /tmp, up to 64 MiB, unless a volume is mounted there
   */
  readonly writable?: { readonly [path: string]: Size };

  /**
   * How long routers and roots keep an idle connection to a pod for further requests. It must be shorter than the time
   * after which the program closes one itself, which gunicorn does after 2 seconds: a request that meets a connection
   * while it is being closed is lost. A GET, or another method that is safe to repeat, is then sent once more; a POST
   * may have been done or not, so that its client gets a 502, and a root counts the leaf as failed.
   * `Duration.seconds(0)` keeps none: each request has a connection of its own, and none is lost in this way.
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
   * How routers and roots speak TLS to the program, where it takes requests by TLS. Its probes do not follow: give
   * `readiness` as the program answers it.
   * @default - it takes requests in clear text
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
