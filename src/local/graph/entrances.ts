import type { Known } from './kinds';

/** A way into the cluster. */
export interface Entrance {
  readonly object: Known;
  readonly notes: readonly string[];
  /** The Services of its namespace, or of another, that it leads to. */
  readonly targets: readonly EntranceTarget[];
}

export interface EntranceTarget {
  readonly service: string;
  readonly namespace: string;
  /** For which paths. */
  readonly label?: string;
}

/** All ways into the cluster that manifests make. */
export function entrancesOf(objects: readonly Known[]): Entrance[] {
  return objects.flatMap((object) => {
    if (object.type === 'networking.k8s.io/Ingress') return [ingress(object)];
    if (object.type.startsWith('gateway.networking.k8s.io/')) return [route(object)];
    const isOpen = object.type === '/Service' && ['LoadBalancer', 'NodePort'].includes(object.spec.type);
    return isOpen ? [service(object)] : [];
  });
}

function ingress(object: Known): Entrance {
  const { rules = [], defaultBackend } = object.spec;
  const paths = [
    ...defaultBackend ? [{ backend: defaultBackend }] : [],
    ...rules.flatMap(({ host, http }: any) => (http?.paths ?? []).map((each: any) => ({ host, ...each }))),
  ];
  const hosts = unique<string>(rules.map(({ host }: any) => host));
  const targets = paths.map(({ host, path, backend }) => ({
    service: backend?.service?.name,
    namespace: object.namespace,
    // Where there is one host, the entrance itself tells it.
    label: `${hosts.length > 1 ? host ?? '' : ''}${path ?? ''}`,
  }));
  return { object, notes: hosts, targets: joined(targets) };
}

function route(object: Known): Entrance {
  const { hostnames = [], parentRefs = [], rules = [] } = object.spec;
  const targets = rules.flatMap(({ matches = [], backendRefs = [] }: any) => {
    const label = unique(matches.map(({ path }: any) => path?.value)).join(', ');
    return backendRefs.filter(({ kind = 'Service' }) => kind === 'Service').map(
      ({ name, namespace = object.namespace }: any) => ({ service: name, namespace, label }),
    );
  });
  const gateways = parentRefs.map(({ kind = 'Gateway', namespace, name }: any) => (
    `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
  ));
  return { object, notes: [...unique<string>(hostnames), ...unique<string>(gateways)], targets: joined(targets) };
}

function service(object: Known): Entrance {
  const ports = (object.spec.ports ?? []).map(({ port }: any) => port).join(', ');
  const { name } = object.metadata;
  return {
    object, notes: ports ? [`port ${ports}`] : [], targets: [{ service: name, namespace: object.namespace }],
  };
}

/** One for each Service, with all of its paths. */
function joined(targets: readonly { service?: string; namespace: string; label: string }[]): EntranceTarget[] {
  const byService = new Map<string, { service: string; namespace: string; labels: string[] }>();
  for (const { service: name, namespace, label } of targets) {
    if (name === undefined) continue;
    const key = `${namespace}/${name}`;
    if (!byService.has(key)) byService.set(key, { service: name, namespace, labels: [] });
    byService.get(key)!.labels.push(label);
  }
  return [...byService.values()].map(({ labels, ...each }) => {
    const label = unique(labels.map((text) => text || undefined)).join(', ');
    return label === '' ? each : { ...each, label };
  });
}

function unique<T>(values: readonly (T | undefined)[]): T[] {
  return [...new Set(values.filter((each) => each !== undefined))] as T[];
}
