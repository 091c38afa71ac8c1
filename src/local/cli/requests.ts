import { EventEmitter } from 'node:events';
import { RequestLine } from './view';
import { LocalCluster } from '../cluster';
import { RequestRecord } from '../events';

/** So many requests are kept for those who ask later. */
const KEPT = 1000;

/** The requests that routers of a cluster answer, with the pods that served them: emits each as 'request'. */
export class Requests extends EventEmitter<{ request: [RequestLine] }> {
  /** The last ones, the newest last. */
  public readonly kept: RequestLine[] = [];
  private readonly names: Map<string, string>;

  public constructor(private readonly cluster: LocalCluster) {
    super();
    this.names = new Map(cluster.services().map(({ name, host }) => [host ?? '', `Service ${name}`]));
    this.learn();
    cluster.on('event', () => this.learn());
    cluster.on('request', (record) => this.add(record));
  }

  private add(record: RequestRecord): void {
    const line = { ...record, servedBy: this.servedBy(record) };
    this.kept.push(line);
    if (this.kept.length > KEPT) this.kept.shift();
    this.emit('request', line);
  }

  private learn(): void {
    this.cluster.pods().forEach((pod) => this.names.set(pod.ip, pod.name));
  }

  private servedBy({ upstream = '' }: RequestRecord): string {
    // Of several tries the last one answered.
    const address = upstream.split(/[,\s]+/).at(-1)!;
    return this.names.get(address.replace(/:\d+$/, '')) ?? address;
  }
}
