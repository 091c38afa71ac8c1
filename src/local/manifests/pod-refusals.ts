import { refuseActions } from './action-refusals';
import { declaredEnvironment, PodFacts } from './environment';
import { ContainerSpec, isSidecar } from './kube';
import { ObjectStore } from './object-store';
import { refusePort } from './port-refusals';
import { refuseVolumes } from './volume-refusals';
import { PodTemplate } from './workload';

/** Refuses what a pod of this template could not run with. */
export function refusePodTemplate(title: string, template: PodTemplate, namespace: string, store: ObjectStore): void {
  const { spec } = template;
  if (spec.hostNetwork) {
    throw new Error(`${title}: hostNetwork is not possible on the local cluster, where every pod has an address of `
      + 'its own: leave it out');
  }
  refuseVolumes(title, spec, namespace, store);
  const pod: PodFacts = {
    name: 'pod',
    namespace,
    uid: '',
    ip: '127.0.0.1',
    spec,
    labels: template.metadata?.labels ?? {},
    annotations: template.metadata?.annotations ?? {},
  };
  const names = new Set<string>();
  for (const container of [...spec.initContainers ?? [], ...spec.containers]) {
    if (names.has(container.name)) {
      throw new Error(`${title} has two containers named ${container.name}: give one of them another name`);
    }
    names.add(container.name);
    refuseContainer(`${title}, container ${container.name}`, container);
    try {
      declaredEnvironment(container, pod, store, {});
    } catch (error) {
      throw new Error(`${title}: ${(error as Error).message}`);
    }
  }
  for (const container of spec.initContainers ?? []) {
    refuseInitContainer(`${title}, init container ${container.name}`, container);
  }
}

function refuseContainer(title: string, container: ContainerSpec): void {
  const { name, image, ports = [] } = container;
  if (!name) throw new Error(`${title} has no name: give one`);
  if (!image) throw new Error(`${title} has no image: give one`);
  if (/\s/.test(image)) {
    throw new Error(`${title}: image '${image}' holds white space: give an image such as nginx:1.30-alpine`);
  }
  for (const { containerPort, hostPort } of ports) {
    refusePort(title, 'containerPort', containerPort);
    if (hostPort) {
      throw new Error(`${title}: hostPort ${hostPort} is not possible on the local cluster, where every pod has an `
        + 'address of its own: leave it out, and use a Service');
    }
  }
  refuseActions(title, container);
}

/** As an API server: what runs to its end is neither probed nor told to stop. */
function refuseInitContainer(title: string, container: ContainerSpec): void {
  if (isSidecar(container)) return;
  const { startupProbe, readinessProbe, livenessProbe, lifecycle } = container;
  const onlyOfLasting = { startupProbe, readinessProbe, livenessProbe, lifecycle };
  const [property] = Object.entries(onlyOfLasting).find(([, value]) => value) ?? [];
  if (property) {
    throw new Error(`${title} has a ${property}, which only containers that go on may have: leave it out, or set `
      + 'restartPolicy: Always');
  }
}
