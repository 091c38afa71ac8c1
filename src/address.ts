import { ApiObject, Chart } from 'cdk8s';
import { Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackendAddress, BackendBindOptions, IBackend } from './backend-interface';
import { Group } from './manifests/group';

/** Where a group of ours answers. */
export function addressOf(group: Group<Service | ApiObject>, replicas: number): BackendAddress {
  return { host: hostOf(group.service), podsHost: hostOf(group.headless), port: group.port, replicas };
}

/** A Service's name, also good in other namespaces where its own is known. */
export function hostOf(service: Service | ApiObject): string {
  const namespace = service.metadata.namespace ?? Chart.of(service).namespace;
  return namespace ? `${service.name}.${namespace}.svc` : service.name;
}

/** A host's name in full, because nginx's resolver knows no search domains; `${POD_NAMESPACE}` stands for the namespace of the pod that asks. */
export function fullName(host: string, clusterDomain: string): string {
  if (host.endsWith('.svc')) return `${host}.${clusterDomain}`;
  return host.includes('.') ? host : `${host}.\${POD_NAMESPACE}.svc.${clusterDomain}`;
}

/** A backend that is there already. */
export class ExistingBackend implements IBackend {
  public constructor(private readonly address: BackendAddress) {}

  public bind(_scope: Construct, _id: string, _options: BackendBindOptions): BackendAddress {
    return this.address;
  }
}
