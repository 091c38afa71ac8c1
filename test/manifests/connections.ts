import { containersOf, namespaceOf, Objects } from './objects';

/** What a pod connects to, and the port. */
export interface Connection {
  /** A name in full, or an address. */
  readonly host: string;
  readonly port: number;
  /** The Service that it is, where it is one of the objects. */
  readonly service?: any;
  /** Whether it is outside of the cluster. */
  readonly isOutside: boolean;
}

/**
 * What the configurations mounted into a Deployment's pods name: read there, and not from what the library keeps in
 * mind.
 */
export function connectionsOf(deployment: any, objects: Objects): Connection[] {
  const namespace = namespaceOf(deployment);
  const files = containersOf(deployment).flatMap((container) => objects.filesIn(container, deployment));
  return files.flatMap(([name, text]) => {
    if (name === 'nginx.conf.template') {
      return [...text.matchAll(/^\s*server (\S+):(\d+) resolve/gm)]
        .map(([, host, port]) => [host.replace(/^\[|\]$/g, ''), Number(port)] as const);
    }
    if (name !== 'config.json') return [];
    return (JSON.parse(text).leaves ?? [])
      .flatMap(({ host, port, podsHost = host, podsPort = port }: any) => (
        [[host, port], [podsHost, podsPort]] as const
      ));
  }).map(([host, port]: readonly [string, number]) => {
    const [, service, where] = /([^.]+)\.([^.]+)\.svc\./.exec(host) ?? [];
    return {
      host,
      port,
      service: service && objects.find('Service', service, where === '${POD_NAMESPACE}' ? namespace : where),
      isOutside: service === undefined,
    };
  });
}
