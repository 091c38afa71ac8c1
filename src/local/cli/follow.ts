import { Report } from './report';
import { Requests } from './requests';
import { RouteLine } from './view';
import { LocalCluster, ServiceStatus } from '../cluster';

/** Shows a cluster in a report from now on. */
export function follow(cluster: LocalCluster, requests: Requests, report: Report): void {
  requests.on('request', (line) => report.request(line));
  const pods = () => cluster.pods().filter(({ phase }) => phase !== 'Gone');
  report.attach({ pods, routes: () => routesOf(cluster) });
}

/** Where Services are reached; routers first: they are what people call. */
export function routesOf(cluster: LocalCluster): RouteLine[] {
  const pods = cluster.pods().filter(({ labels }) => labels['app.kubernetes.io/component'] === 'router');
  const routers = new Set(pods.map(({ name }) => name));
  const routes = (service: ServiceStatus) => service.pods.some((name) => routers.has(name));
  return cluster.services().sort((a, b) => Number(routes(b)) - Number(routes(a))).flatMap(linesOf);
}

function linesOf({ name, namespace, host, ports }: ServiceStatus): RouteLine[] {
  if (host === undefined) return [];
  return ports.map((port) => ({ name, namespace, host, port, url: `http://${host}:${port}` }));
}
