import { Probe, ProbeOptions } from 'cdk8s-plus-27';
import { checked } from '../checks/arguments/checked';

/** Which health service a gRPC probe asks. */
export interface GrpcProbeOptions extends ProbeOptions {
  /**
   * The port that it listens on.
   * @default - the container's own
   */
  readonly port?: number;

  /**
   * The service whose health is checked.
   * @default - the server as a whole
   */
  readonly service?: string;
}

/**
 * A probe by the gRPC health checking protocol, which cdk8s-plus does not have. It calls `grpc.health.v1.Health/Check`
 * (https://kubernetes.io/docs/concepts/workloads/pods/probes/#grpc).
 *
 * ```ts
 * Backend.fromImage('ghcr.io/acme/users:1.4.2', { port: 50051, readiness: GrpcProbe.of() })
 * ```
 */
export class GrpcProbe {
  /**
   * The probe, for wherever cdk8s-plus or this library takes one.
   * @returns a Probe. Its type is `any`, so that every cdk8s-plus takes it
   */
  public static of(options: GrpcProbeOptions = {}): any {
    const [{ service, ...others }] = checked('GrpcProbe.of', [options]);
    const probe = Probe.fromTcpSocket(others);
    // Its times are rendered as those of any other probe; what it does is another thing.
    const render = probe._toKube.bind(probe);
    probe._toKube = (container) => {
      const { tcpSocket, ...rest } = render(container);
      return { ...rest, grpc: { port: others.port ?? container.portNumber ?? 80, service } };
    };
    return probe;
  }

  private constructor() {}
}
