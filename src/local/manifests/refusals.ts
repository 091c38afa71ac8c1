import { refuseData } from './data-refusals';
import {
  Deployment, KubeObject, labelsMatch, namespaceOf, PodTemplate, portNumber, selectorMatches, Service, titleOf,
} from './kube';
import { refuseNames } from './name-refusals';
import { ObjectStore } from './object-store';
import { refusePodTemplate } from './pod-refusals';
import { refusePort } from './port-refusals';

/**
 * Refuses what cannot be run here or would not run anywhere, with a sentence that names the object and what to do.
 * @param added the objects given now, in which a name may stand once.
 * @param store all objects there will be.
 */
export function refuseObjects(added: readonly KubeObject[], store: ObjectStore): void {
  const seen = new Set<string>();
  for (const object of added) {
    refuseNames(object);
    refuseData(object);
    const key = `${object.kind}/${namespaceOf(object)}/${object.metadata.name}`;
    if (seen.has(key)) throw new Error(`${titleOf(object)} is given twice: give one of them another name`);
    seen.add(key);
  }
  for (const deployment of store.deployments()) refuseDeployment(deployment, store);
  for (const service of store.services()) refuseService(service, store);
}

function refuseDeployment(deployment: Deployment, store: ObjectStore): void {
  const title = titleOf(deployment);
  const { spec } = deployment;
  const template: PodTemplate | undefined = spec?.template;
  if (!template?.spec?.containers?.length) {
    throw new Error(`${title} has no containers: give spec.template.spec.containers`);
  }
  const { replicas = 1 } = spec;
  if (replicas < 0) throw new Error(`${title}: replicas is ${replicas}: give a whole number, 0 or more`);
  if (!selectorMatches(spec.selector, template.metadata?.labels) || !spec.selector) {
    throw new Error(`${title}: its selector does not match the labels of its own template: give both the same labels`);
  }
  refusePodTemplate(title, template, namespaceOf(deployment), store);
}

function refuseService(service: Service, store: ObjectStore): void {
  const title = titleOf(service);
  const { type, clusterIP, externalName, ports = [], selector } = service.spec ?? {};
  if (type === 'ExternalName') {
    if (!externalName) {
      throw new Error(`${title} is an ExternalName without externalName: give the name it stands for`);
    }
    return;
  }
  if (ports.length === 0 && clusterIP !== 'None') throw new Error(`${title} has no ports: give spec.ports`);
  const behind = store.deployments().filter((each) => namespaceOf(each) === namespaceOf(service)
    && labelsMatch(selector, each.spec.template.metadata?.labels));
  for (const { port, targetPort = port, protocol = 'TCP' } of ports) {
    if (clusterIP !== 'None') {
      refusePort(title, 'port', port);
      if (protocol !== 'TCP') {
        throw new Error(`${title}: port ${port} is ${protocol}, and the local cluster forwards TCP only: make it `
          + 'headless (clusterIP: None), or leave the port out');
      }
    }
    for (const deployment of behind) {
      if (portNumber(deployment.spec.template.spec, targetPort) === undefined) {
        throw new Error(`${title}: targetPort ${targetPort} is a port that no container of ${titleOf(deployment)} `
          + 'declares: give it a name under ports, or use its number');
      }
    }
  }
}
