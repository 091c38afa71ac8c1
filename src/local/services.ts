import { lookup } from 'node:dns/promises';
import { Hosts } from './manifests/given-hosts';
import { labelsMatch, namespaceOf, Service, titleOf } from './manifests/kube';
import { AddressPool } from './network/addresses';
import type { Server } from './network/dns-server';
import { Endpoint, ServiceForwarder } from './network/service-forwarder';
import { Pod } from './pods/pod';

interface Entry {
  service: Service;
  /** The address of its own; undefined for a headless Service and an alias. */
  readonly ip?: string;
  readonly forwarders: Map<number, ServiceForwarder>;
}

const DOMAIN = 'cluster.local';
const SERVICE_NAME = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/;
/** The name of a Service's port (https://github.com/kubernetes/dns/blob/master/docs/specification.md). */
const PORT_NAME = /^_([^.]+)\._tcp\.(.+)$/;
/** The name of a pod below that of its Service. */
const POD_NAME = /^([^.]+)\.(.+)$/;

/** The Services of a cluster: their addresses, their names, and which pods are behind them. */
export class Services {
  private readonly entries = new Map<string, Entry>();

  /**
   * @param hosts addresses of hosts outside of the cluster, and of Services that nobody puts here.
   * @param pods all pods there are now.
   * @param fail told when a port of a Service cannot be opened.
   */
  public constructor(
    private readonly addresses: AddressPool, private readonly hosts: Hosts,
    private readonly pods: () => readonly Pod[], private readonly fail: (problem: string) => void,
  ) {}

  /** Adds a Service, or changes the one of its name. */
  public put(service: Service): void {
    const key = keyOf(namespaceOf(service), service.metadata.name);
    const known = this.entries.get(key);
    const ordinary = service.spec.clusterIP !== 'None' && service.spec.type !== 'ExternalName';
    const fresh = (): Entry => ({
      service, ip: ordinary ? this.addresses.takeForService() : undefined, forwarders: new Map(),
    });
    const entry = known && (known.ip !== undefined) === ordinary ? known : fresh();
    entry.service = service;
    if (known && known !== entry) close(known);
    this.entries.set(key, entry);
    this.listen(entry);
  }

  /** Takes a Service away: its name stands for nothing, and its ports are closed. */
  public delete(service: Service): void {
    const key = keyOf(namespaceOf(service), service.metadata.name);
    const entry = this.entries.get(key);
    if (entry) close(entry);
    this.entries.delete(key);
  }

  public get(namespace: string, name: string): Service | undefined {
    return this.entries.get(keyOf(namespace, name))?.service;
  }

  public all(): Service[] {
    return [...this.entries.values()].map(({ service }) => service);
  }

  /** The address of an ordinary Service; undefined for a headless one. */
  public addressOf(service: Service): string | undefined {
    return this.entries.get(keyOf(namespaceOf(service), service.metadata.name))?.ip;
  }

  /** The pods behind a Service that its name stands for now. */
  public podsOf(service: Service): Pod[] {
    const { publishNotReadyAddresses } = service.spec;
    return this.selected(service)
      .filter((pod) => pod.ready || (publishNotReadyAddresses && pod.phase !== 'Gone'));
  }

  /** The pods that a Service selects, ready or not. */
  public selected({ metadata, spec }: Service): Pod[] {
    const { namespace = 'default' } = metadata;
    return this.pods().filter((pod) => pod.namespace === namespace && labelsMatch(spec.selector, pod.labels));
  }

  /** The pods that the name of a headless Service stands for, ready or not. */
  public selectedByName(name: string): Pod[] {
    const entry = this.named(name);
    return entry && entry.ip === undefined ? this.selected(entry.service) : [];
  }

  /** Where the pods serve one port of a Service, by the port's number. */
  public endpoints(service: Service, port: number): Endpoint[] {
    const { targetPort = port } = service.spec.ports?.find((each) => each.port === port) ?? {};
    return this.podsOf(service)
      .map((pod) => ({ host: pod.ip, port: pod.port(targetPort) }))
      .filter((each) => each.port !== undefined);
  }

  /** Whether this pod is ready has changed. */
  public refresh(pod: Pod): void {
    for (const { service, forwarders } of this.entries.values()) {
      if (forwarders.size === 0 || namespaceOf(service) !== pod.namespace) continue;
      if (!labelsMatch(service.spec.selector, pod.labels)) continue;
      for (const [port, forwarder] of forwarders) forwarder.update(this.endpoints(service, port));
    }
  }

  /** Why a port of a Service is not open, as far as that is so now. */
  public get problem(): string | undefined {
    for (const { service, forwarders } of this.entries.values()) {
      for (const [port, { problem }] of forwarders) if (problem) return explain(service, port, problem);
    }
    return undefined;
  }

  /** Tries again to open the ports that could not be opened. */
  public reopen(): void {
    for (const entry of this.entries.values()) this.listen(entry);
  }

  /** Resolves when every port that has a ready pod is open, or is known not to open. */
  public async settled(): Promise<void> {
    const forwarders = [...this.entries.values()].flatMap((entry) => [...entry.forwarders.values()]);
    await Promise.all(forwarders.map((each) => each.settled()));
  }

  /**
   * What a name stands for, as cluster DNS says it: of Services the name in full (short ones are made full by the
   * search domains of the one who asks); a name outside of the cluster is asked of this machine, as CoreDNS asks the
   * node's resolver.
   */
  public async resolve(name: string): Promise<readonly string[] | undefined> {
    const entry = this.named(name);
    const podAddress = this.podNamed(name);
    if (podAddress) return [podAddress];
    const given = this.hosts.get(name.replace(/\.$/, ''));
    if (given !== undefined) return [given];
    if (!entry) return this.isOutside(name) ? outside(name) : undefined;
    const { type, externalName = '' } = entry.service.spec;
    if (type === 'ExternalName') return this.named(externalName) === entry ? undefined : this.resolve(externalName);
    return entry.ip ? [entry.ip] : this.podsOf(entry.service).map((pod) => pod.ip);
  }

  /** Who serves a port of a Service, by the name of its SRV records. */
  public serversOf(name: string): Server[] | undefined {
    const [, portName, serviceName = ''] = PORT_NAME.exec(name.replace(/\.$/, '')) ?? [];
    const { service, ip } = this.named(serviceName) ?? {};
    const port = service?.spec.ports?.find((each) => each.name === portName && (each.protocol ?? 'TCP') === 'TCP');
    if (!service || !port) return undefined;
    if (ip) return [{ name: serviceName, port: port.port }];
    const { targetPort = port.port } = port;
    return this.podsOf(service)
      .map((pod) => ({ name: `${hostnameIn(service, pod)}.${serviceName}`, port: pod.port(targetPort) }));
  }

  /** The variables that a kubelet sets for the Services of a pod's namespace. */
  public environment(namespace: string): Record<string, string> {
    const found = [...this.entries.values()]
      .filter(({ service, ip }) => ip && namespaceOf(service) === namespace && service.spec.ports?.length);
    return Object.fromEntries(found.flatMap(({ service, ip }) => {
      const name = service.metadata.name.toUpperCase().replace(/-/g, '_');
      return [[`${name}_SERVICE_HOST`, ip!], [`${name}_SERVICE_PORT`, String(service.spec.ports![0].port)]];
    }));
  }

  public close(): void {
    for (const entry of this.entries.values()) close(entry);
  }

  private listen({ service, ip, forwarders }: Entry): void {
    const open = ip ? service.spec.ports?.filter(({ protocol = 'TCP' }) => protocol === 'TCP') : [];
    const ports = new Set(open?.map(({ port }) => port));
    for (const [port, forwarder] of forwarders) {
      if (ports.has(port)) continue;
      forwarder.close();
      forwarders.delete(port);
    }
    for (const port of ports) {
      const fail = (error: Error) => this.fail(explain(service, port, error));
      if (!forwarders.has(port)) forwarders.set(port, new ServiceForwarder(ip!, port, fail));
      forwarders.get(port)!.update(this.endpoints(service, port));
    }
  }

  /**
   * Only the cluster itself knows its names, and the short name of a Service, such as `users.shop`, is not meant for
   * the Internet. A name without a dot is nobody's: not even `localhost`, which no DNS server is asked for.
   */
  private isOutside(name: string): boolean {
    const isShort = this.named(`${name.replace(/\.svc$/, '')}.svc.${DOMAIN}`) !== undefined;
    return name.includes('.') && !name.endsWith(`.${DOMAIN}`) && !isShort;
  }

  /** The address of a pod, by its name below that of a Service. */
  private podNamed(name: string): string | undefined {
    const [, hostname, serviceName = ''] = POD_NAME.exec(name.toLowerCase().replace(/\.$/, '')) ?? [];
    const { service } = this.named(serviceName) ?? {};
    return service && this.podsOf(service).find((each) => hostnameIn(service, each) === hostname)?.ip;
  }

  private named(name: string): Entry | undefined {
    const [, service, namespace] = SERVICE_NAME.exec(name.toLowerCase().replace(/\.$/, '')) ?? [];
    return this.entries.get(keyOf(namespace, service));
  }
}

/** What a pod is called below the name of a Service: as its spec says, if the Service is the one that it names. */
function hostnameIn(service: Service, { spec: { hostname, subdomain }, ip }: Pod): string {
  return hostname && subdomain === service.metadata.name ? hostname : ip.replace(/\./g, '-');
}

function explain(service: Service, port: number, error: Error): string {
  return `${titleOf(service)} cannot listen on port ${port} (${error.message}): `
    + 'end the program that holds this port on every address of the machine, or give the Service another port';
}

function close({ forwarders }: Entry): void {
  for (const forwarder of forwarders.values()) forwarder.close();
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** The dot at the end: this machine may have search domains too. */
async function outside(name: string): Promise<readonly string[] | undefined> {
  try {
    return (await lookup(`${name.replace(/\.$/, '')}.`, { all: true, family: 4 })).map(({ address }) => address);
  } catch {
    return undefined;
  }
}
