import type { DeploymentPort, DeploymentReference, IDeployment } from './deployment-reference';
import { shown } from '../checks/arguments/shown';
import { refuse } from '../checks/errors';
import { isLabel, isObjectName } from '../checks/hosts';
import { Refusal } from '../checks/refusal';
import type { ExistingPods } from '../manifests/existing-pods';

/** What cdk8s-plus makes where nothing is said. */
const REPLICAS = 2;
/** What a port is called that has no name. */
const NAMELESS = 'http';

/** What is known of an existing Deployment. */
export interface Deployed {
  readonly name: string;
  readonly replicas: number;
  readonly pods: ExistingPods;
}

/**
 * Where the pods of a Deployment take requests.
 * @throws where no Service could find them, or they have no such port
 */
export function deployed(
  deployment: IDeployment | DeploymentReference, port: number | string | undefined,
): Deployed {
  return 'matchLabels' in deployment ? synthesized(deployment, port) : referred(deployment, port);
}

function synthesized(deployment: IDeployment, wanted: number | string | undefined): Deployed {
  const { name, metadata, matchLabels, matchExpressions, replicas = REPLICAS } = deployment;
  if (matchExpressions.length > 0) {
    refuse(deployment, `matchExpressions has ${shown(matchExpressions[0].key)}, and a Service selects pods by labels `
      + 'alone: give labels that only its pods have, as in '
      + `Backend.fromDeployment({ name: ${shown(name)}, labels: { app: 'users' } }, { port: 8080 })`);
  }
  if (Object.keys(matchLabels).length === 0) {
    refuse(deployment, 'matchLabels has no label by which a Service could select its pods: leave select out, or '
      + 'call select() before the Deployment becomes a backend');
  }
  const { number, name: portName = NAMELESS } = portOf(deployment, wanted);
  return {
    name,
    // None, which something may scale, is no reason to know none.
    replicas: Math.max(1, replicas),
    pods: { selector: matchLabels, namespace: metadata.namespace, port: { name: portName, number } },
  };
}

function portOf(deployment: IDeployment, wanted: number | string | undefined): DeploymentPort {
  const ports = deployment.containers.flatMap((container) => container.ports)
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP');
  const list = ports.map(({ name, number }) => name ? `${number} '${name}'` : `${number}`).join(', ');
  if (ports.length === 0) {
    refuse(deployment, 'its containers have no TCP port: give one of them a portNumber before the Deployment becomes '
      + 'a backend');
  }
  if (wanted === undefined && ports.length > 1) {
    refuse(deployment, `its containers have the ports ${list}: say in Backend.fromDeployment which one is meant`);
  }
  return (wanted === undefined ? ports[0] : ports.find(({ name, number }) => number === wanted || name === wanted))
    ?? refuse(deployment, `port is ${shown(wanted)}, which no container of the Deployment has: they have ${list}`);
}

function referred({ name, namespace, labels }: DeploymentReference, port: number | string | undefined): Deployed {
  const called = `Backend.fromDeployment has the Deployment ${shown(name)}`;
  if (!isObjectName(name)) {
    throw new Refusal(`${called}, which is no name of an object: write it as in 'users'`);
  }
  if (namespace !== undefined && !isLabel(namespace)) {
    throw new Refusal(`${called} in the namespace ${shown(namespace)}, which is no name of one: write it as in `
      + "'shop'");
  }
  if (Object.keys(labels).length === 0) {
    throw new Refusal(`${called} without labels, by which a Service could select its pods: give those that it `
      + "selects them by, as in { app: 'users' }");
  }
  if (port === undefined) {
    throw new Refusal(`${called} by its name, which does not tell its ports: say which one takes requests, as in `
      + '{ port: 8080 }');
  }
  // Nothing translates the port of a headless Service, so a router must know the number.
  if (typeof port === 'string' || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Refusal(`${called}, and its port ${shown(port)}: give the number that the pods listen on, from 1 to `
      + '65535');
  }
  return { name, replicas: REPLICAS, pods: { selector: labels, namespace, port: { name: NAMELESS, number: port } } };
}
