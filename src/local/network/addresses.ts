import { DnsListener } from './dns-listener';

/** The DNS server's port. Binding it is also what makes a /16 ours: no second cluster can. */
const DNS_PORTS = [10053, 25053];

/** A /16 of the loopback network. */
export interface Claim {
  /** The second byte: `127.N.0.0/16`. */
  readonly network: number;
  /** What holds it, at `127.N.0.1`; the DNS server takes it over. */
  readonly listener: DnsListener;
}

/**
 * Takes a /16 of 127/8 that no other cluster of this machine holds, in whatever process it runs.
 * Throws when none is free.
 */
export async function claimNetwork(): Promise<Claim> {
  // A random start: clusters that follow each other in one process seldom meet each other's kept-alive connections.
  const start = Math.floor(Math.random() * 254);
  let mistake: unknown;
  for (const port of DNS_PORTS) {
    for (let i = 0; i < 254; i++) {
      const network = 1 + (start + i) % 254;
      try {
        return { network, listener: await DnsListener.open(`127.${network}.0.1`, port) };
      } catch (error) {
        mistake = error;
      }
    }
  }
  throw new Error('no address range of 127.0.0.0/8 is free: every one refused a socket on port '
    + `${DNS_PORTS.join(' and ')} (${(mistake as Error).message}); end other clusters or programs that hold these `
    + 'ports');
}

/** How far a pod's own DNS server is from the pod, in the third byte. */
const APART = 100;

/** The address of the DNS server that a pod has for itself, where it has one. */
export function nameServerOf(pod: string): string {
  const [first, network, third, fourth] = pod.split('.');
  return [first, network, Number(third) + APART, fourth].join('.');
}

/**
 * Hands out the addresses of one /16: `127.N.1.1` and up to pods, `127.N.200.1` and up to Services. `127.N.101.1` and
 * up are for the DNS servers of pods.
 */
export class AddressPool {
  private readonly pods: Range;
  private readonly services: Range;

  public constructor(network: number) {
    this.pods = new Range(`127.${network}`, 1, APART - 1);
    this.services = new Range(`127.${network}`, 200, 254);
  }

  /** An address for a new pod: the one that has been free for longest, so that a late packet meets nobody else. */
  public takeForPod(): string { return this.pods.take(); }

  /** Gives the address of an ended pod back. */
  public release(address: string): void { this.pods.release(address); }

  /** An address for a new Service. */
  public takeForService(): string { return this.services.take(); }
}

class Range {
  private readonly taken = new Set<string>();
  private next = 0;

  public constructor(private readonly prefix: string, private readonly from: number, private readonly to: number) {}

  public take(): string {
    const size = (this.to - this.from + 1) * 254;
    for (let i = 0; i < size; i++) {
      const n = this.next++ % size;
      const address = `${this.prefix}.${this.from + Math.floor(n / 254)}.${1 + n % 254}`;
      if (this.taken.has(address)) continue;
      this.taken.add(address);
      return address;
    }
    throw new Error(`all ${size} addresses of ${this.prefix}.${this.from}.0 to ${this.prefix}.${this.to}.255 are `
      + 'taken: run fewer pods or Services');
  }

  public release(address: string): void {
    this.taken.delete(address);
  }
}
