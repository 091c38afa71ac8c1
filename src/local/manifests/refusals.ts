import { refuseData } from './data-refusals';
import { KubeObject, labelsMatch, namespaceOf, portNumber, Service, titleOf } from './kube';
import { refuseNames } from './name-refusals';
import { ObjectStore } from './object-store';
import { refusePodTemplate } from './pod-refusals';
import { refusePort } from './port-refusals';
import { refuseChange, refuseStatefulSet } from './stateful-set-refusals';
import { PodTemplate, selectorMatches, StatefulSet, statefulPodSpec, Workload } from './workload';

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
  for (const workload of store.workloads()) refuseWorkload(workload, store);
  for (const service of store.services()) refuseService(service, store);
}

/** Refuses changes of objects that an API server refuses. @param store all objects as they are before. */
export function refuseChanges(objects: readonly KubeObject[], store: ObjectStore): void {
  for (const object of objects) {
    if (object.kind !== 'StatefulSet') continue;
    const before = store.get(object.kind, namespaceOf(object), object.metadata.name);
    if (before) refuseChange(before as StatefulSet, object as StatefulSet);
  }
}

function refuseWorkload(workload: Workload, store: ObjectStore): void {
  const title = titleOf(workload);
  const { spec } = workload;
  const template: PodTemplate | undefined = spec?.template;
  if (!template?.spec?.containers?.length) {
    throw new Error(`${title} has no containers: give spec.template.spec.containers`);
  }
  const { replicas = 1 } = spec;
  if (replicas < 0) throw new Error(`${title}: replicas is ${replicas}: give a whole number, 0 or more`);
  if (!selectorMatches(spec.selector, template.metadata?.labels) || !spec.selector) {
    throw new Error(`${title}: its selector does not match the labels of its own template: give both the same labels`);
  }
  if (workload.kind === 'StatefulSet') refuseStatefulSet(workload);
  const podSpec = workload.kind === 'StatefulSet' ? statefulPodSpec(workload, template, 'pod') : template.spec;
  refusePodTemplate(title, { ...template, spec: podSpec }, namespaceOf(workload), store);
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
  const behind = store.workloads().filter((each) => namespaceOf(each) === namespaceOf(service)
    && labelsMatch(selector, each.spec.template.metadata?.labels));
  for (const { port, targetPort = port, protocol = 'TCP' } of ports) {
    if (clusterIP !== 'None') {
      refusePort(title, 'port', port);
      if (protocol !== 'TCP') {
        throw new Error(`${title}: port ${port} is ${protocol}, and the local cluster forwards TCP only: make it `
          + 'headless (clusterIP: None), or leave the port out');
      }
    }
    for (const workload of behind) {
      if (portNumber(workload.spec.template.spec, targetPort) === undefined) {
        throw new Error(`${title}: targetPort ${targetPort} is a port that no container of ${titleOf(workload)} `
          + 'declares: give it a name under ports, or use its number');
      }
    }
  }
}
