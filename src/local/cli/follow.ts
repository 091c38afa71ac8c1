import { Report } from './report';
import { RequestLine, RouteLine } from './view';
import { LocalCluster, ServiceStatus } from '../cluster';
import { RequestRecord } from '../events';

/** Shows a cluster in a report from now on. */
export function follow(cluster: LocalCluster, report: Report): void {
  const names = new Map(cluster.services().map(({ name, host }) => [host ?? '', `Service ${name}`]));
  const learn = () => cluster.pods().forEach((pod) => names.set(pod.ip, pod.name));
  learn();
  cluster.on('event', learn);
  cluster.on('request', (record) => report.request(requestLineOf(record, names)));
  const pods = () => cluster.pods().filter(({ phase }) => phase !== 'Gone');
  report.attach({ pods, routes: () => routesOf(cluster) });
}

/** Routers first: they are what people call. */
function routesOf(cluster: LocalCluster): RouteLine[] {
  const pods = cluster.pods().filter(({ labels }) => labels['app.kubernetes.io/component'] === 'router');
  const routers = new Set(pods.map(({ name }) => name));
  const routes = (service: ServiceStatus) => service.pods.some((name) => routers.has(name));
  return cluster.services().sort((a, b) => Number(routes(b)) - Number(routes(a))).flatMap(linesOf);
}

function linesOf({ name, namespace, host, ports }: ServiceStatus): RouteLine[] {
  if (host === undefined) return [];
  const shown = namespace === 'default' ? name : `${namespace}/${name}`;
  return ports.map((port) => ({ name: shown, url: `http://${host}:${port}` }));
}

/** @param names whose address is whose. */
function requestLineOf(
  { upstream = '', router, ...record }: RequestRecord, names: ReadonlyMap<string, string>,
): RequestLine {
  // Of several tries the last one answered.
  const address = upstream.split(/[,\s]+/).at(-1)!;
  return {
    ...record,
    // Without the two random parts of a pod's name.
    router: router.replace(/(-[^-]+){2}$/, ''),
    servedBy: names.get(address.replace(/:\d+$/, '')) ?? address,
  };
}
