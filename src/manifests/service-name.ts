import { Chart } from 'cdk8s';
import { IConstruct } from 'constructs';

/** A Service, as DNS knows it. */
export interface ServiceName {
  readonly name: string;
  /** Empty: the one that the manifests will be applied to. */
  readonly namespace: string;
}

/** What the name of a host means to whoever asks. */
export interface HostMeaning {
  readonly service: ServiceName;
  /** Whether it can be nothing else: a name of two labels, `users.shop`, may also be a host of the internet. */
  readonly sure: boolean;
}

/** The Service that a host's name means to the pods of a chart; undefined for names outside of the cluster. */
export function meaningOf(host: string, from: IConstruct, clusterDomain: string): HostMeaning | undefined {
  if (!host.includes('.')) return { service: { name: host, namespace: namespaceOf(from) }, sure: true };
  const domain = `.${clusterDomain}`;
  const labels = (host.endsWith(`.svc${domain}`) ? host.slice(0, -domain.length) : host).split('.');
  // A pod of a Service may stand in front: `db-0.db.data.svc`.
  if (labels.length > 2 && labels.at(-1) === 'svc') {
    return { service: { name: labels.at(-3)!, namespace: labels.at(-2)! }, sure: true };
  }
  // A pod's resolver tries `users.shop.svc.cluster.local` before `users.shop` itself.
  return labels.length === 2 ? { service: { name: labels[0], namespace: labels[1] }, sure: false } : undefined;
}

/** The namespace of a chart's objects. Empty: the one that they will be applied to. */
export function namespaceOf(scope: IConstruct): string {
  return Chart.of(scope).namespace ?? '';
}
