import { declaredEnvironment, PodFacts } from './environment';
import { ContainerSpec, Hook, PodSpec, PodTemplate, portNumber, Probe, Volume } from './kube';
import { ObjectStore } from './object-store';
import { refusePort } from './port-refusals';

/** The kinds of volumes that are made here. */
const VOLUMES = ['configMap', 'secret', 'emptyDir', 'projected', 'downwardAPI'];

/** Refuses what a pod of this template could not run with. */
export function refusePodTemplate(title: string, template: PodTemplate, namespace: string, store: ObjectStore): void {
  const { spec } = template;
  if (spec.hostNetwork) throw new Error(`${title}: hostNetwork is not possible on the local cluster, where every pod has an address of its own: leave it out`);
  const account = spec.serviceAccountName ?? 'default';
  if (account !== 'default' && !store.get('ServiceAccount', namespace, account)) {
    throw new Error(`${title}: ServiceAccount ${account} does not exist, and a cluster would make no pod: add it to the manifests`);
  }
  for (const volume of spec.volumes ?? []) refuseVolume(title, volume, namespace, store);
  const pod: PodFacts = {
    name: 'pod', namespace, uid: '', ip: '127.0.0.1', spec, labels: template.metadata?.labels ?? {}, annotations: template.metadata?.annotations ?? {},
  };
  const names = new Set<string>();
  for (const container of [...spec.initContainers ?? [], ...spec.containers]) {
    if (names.has(container.name)) throw new Error(`${title} has two containers named ${container.name}: give one of them another name`);
    names.add(container.name);
    refuseContainer(`${title}, container ${container.name}`, container, spec);
    try {
      declaredEnvironment(container, pod, store, {});
    } catch (error) {
      throw new Error(`${title}: ${(error as Error).message}: add it to the manifests, or mark the reference optional`);
    }
  }
}

function refuseContainer(title: string, container: ContainerSpec, spec: PodSpec): void {
  const { name, image, ports = [], volumeMounts = [], lifecycle } = container;
  if (!name) throw new Error(`${title} has no name: give one`);
  if (!image) throw new Error(`${title} has no image: give one`);
  if (/\s/.test(image)) throw new Error(`${title}: image '${image}' holds white space: give an image such as nginx:1.30-alpine`);
  for (const { containerPort, hostPort } of ports) {
    refusePort(title, 'containerPort', containerPort);
    if (hostPort) throw new Error(`${title}: hostPort ${hostPort} is not possible on the local cluster, where every pod has an address of its own: leave it out, and use a Service`);
  }
  for (const mount of volumeMounts) {
    if (!spec.volumes?.some((volume) => volume.name === mount.name)) {
      throw new Error(`${title} mounts volume ${mount.name}, which the pod does not have: add it under volumes`);
    }
  }
  const { startupProbe, readinessProbe, livenessProbe } = container;
  for (const [property, action] of Object.entries({ startupProbe, readinessProbe, livenessProbe, ...lifecycle })) {
    if (action) refuseAction(`${title}: ${property}`, action, spec);
  }
}

function refuseAction(title: string, action: Hook & Probe, spec: PodSpec): void {
  if (action.grpc) throw new Error(`${title} is a grpc probe, which the local cluster does not know: use httpGet, tcpSocket or exec`);
  if (!action.httpGet && !action.tcpSocket && !action.exec && !action.sleep) {
    throw new Error(`${title} says nothing to do: give httpGet, tcpSocket, exec or, in a hook, sleep`);
  }
  const port = (action.httpGet ?? action.tcpSocket)?.port;
  if (port !== undefined && portNumber(spec, port) === undefined) {
    throw new Error(`${title} asks port ${port}, which no container declares: give it a name under ports, or use its number`);
  }
}

function refuseVolume(title: string, volume: Volume, namespace: string, store: ObjectStore): void {
  const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'nothing';
  if (!VOLUMES.includes(kind)) {
    throw new Error(`${title}: volume ${volume.name} is a ${kind}, which the local cluster has no storage for: for local runs use emptyDir, configMap, secret, projected or downwardAPI`);
  }
  const sources = [volume, ...volume.projected?.sources ?? []];
  for (const { configMap, secret } of sources) {
    const name = configMap?.name ?? (secret as { secretName?: string } | undefined)?.secretName ?? (secret as { name?: string } | undefined)?.name;
    const source = configMap ?? secret;
    if (!source || name === undefined || source.optional) continue;
    const files = configMap ? store.configMap(namespace, name) : store.secret(namespace, name);
    const what = `${configMap ? 'ConfigMap' : 'Secret'} ${name}`;
    if (!files) throw new Error(`${title}: volume ${volume.name} is made of ${what}, which does not exist: add it to the manifests, or mark it optional`);
    const missing = source.items?.find(({ key }) => !files.has(key));
    if (missing) throw new Error(`${title}: volume ${volume.name} names the key ${missing.key}, which ${what} does not have: it has ${[...files.keys()].join(', ')}`);
  }
}
