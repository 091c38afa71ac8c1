import { Construct, IConstruct } from 'constructs';
import { addressOf, inClearText } from './address';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { Deployed, deployed } from './deployment-pods';
import type { DeploymentReference, IDeployment } from './deployment-reference';
import type { ServerOptions } from './server-options';
import { checked } from '../checks/arguments/checked';
import { refuse } from '../checks/errors';
import { checkWhole } from '../checks/numbers';
import { servicesOf } from '../manifests/existing-pods';
import { nameOf } from '../manifests/names';

/** Which part of an existing Deployment is the backend. */
export interface DeploymentBackendOptions extends ServerOptions {
  /**
   * The port of the pods that takes requests: its number, or the name that a container gives it.
   * @default - the only TCP port of its containers. There is no default if there are several, or if the Deployment is
   * given by name and labels
   */
  readonly port?: number | string;

  /**
   * How many pods there may be at most, from 1 to 1000. A router has room for that many addresses, and for 50 in any
   * case. If an autoscaler may make more pods, give its maximum here.
   * @default - the replicas of the Deployment, or 2
   */
  readonly replicas?: number;
}

/** By the construct that they are bound in, such as a pattern: the pods of Deployments. */
const bound = new WeakMap<IConstruct, Set<string>>();

/** See {@link Backend.fromDeployment}. */
export class DeploymentBackend implements IBackend {
  private readonly deployed: Deployed;

  public constructor(
    deployment: IDeployment | DeploymentReference, private readonly options: DeploymentBackendOptions,
  ) {
    this.deployed = deployed(deployment, options.port);
  }

  public bind(scope: Construct, id: string, options: BackendBindOptions): BackendAddress {
    [scope, id, options] = checked('IBackend.bind', [scope, id, options]);
    const { port: _, replicas = this.deployed.replicas, ...spoken } = this.options;
    checkWhole(scope, 'replicas of Backend.fromDeployment', replicas, 1, 1000);
    this.refuseTwice(scope);
    const construct = new Construct(scope, id);
    const { pattern, role } = options;
    const labels = { pattern, group: nameOf(construct), role };
    const services = servicesOf(construct, labels, { ...this.deployed.pods, protocol: inClearText(spoken) });
    return { ...addressOf(services, replicas), ...spoken };
  }

  /** The same pods in two groups: each shard would have the keys of all. */
  private refuseTwice(scope: Construct): void {
    const { name, pods: { namespace = '', port } } = this.deployed;
    const key = `${namespace}/${name}:${port.number}`;
    const known = bound.get(scope) ?? new Set();
    if (known.has(key)) {
      refuse(scope, `two of its groups are the pods of the Deployment '${name}', each all of them: give each group a `
        + 'Deployment of its own, as in backends: [Backend.fromDeployment(a), Backend.fromDeployment(b)]');
    }
    bound.set(scope, known.add(key));
  }
}
