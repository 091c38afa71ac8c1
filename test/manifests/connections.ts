import { namespaceOf, Objects } from './objects';

/** A Service that a pod connects to, and the port. */
export interface Connection {
  readonly service: any;
  readonly port: number;
}

/**
 * The Services that the configurations mounted into a Deployment's pods name: read there, and not from what the
 * library keeps in mind.
 */
export function connectionsOf(deployment: any, objects: Objects): Connection[] {
  const namespace = namespaceOf(deployment);
  const files = (deployment.spec.template.spec.volumes ?? [])
    .map(({ configMap }: any) => configMap && objects.find('ConfigMap', configMap.name, namespace))
    .filter((configMap: any) => configMap)
    .flatMap(({ data }: any) => Object.entries<string>(data));
  return files.flatMap(([name, text]: [string, string]) => {
    if (name === 'nginx.conf.template') {
      return [...text.matchAll(/^\s*server (\S+):(\d+) resolve/gm)]
        .map(([, host, port]) => [host, Number(port)] as const);
    }
    if (name !== 'config.json') return [];
    return (JSON.parse(text).leaves ?? [])
      .flatMap(({ host, port, podsHost = host, podsPort = port }: any) => (
        [[host, port], [podsHost, podsPort]] as const
      ));
  }).flatMap(([host, port]: readonly [string, number]) => {
    const [, service, where] = /^([^.]+)\.([^.]+)\.svc\./.exec(host) ?? [];
    const found = service && objects.find('Service', service, where === '${POD_NAMESPACE}' ? namespace : where);
    return found ? [{ service: found, port }] : [];
  });
}
