import { createInterface } from 'node:readline';
import { Kubectl } from './kubectl';
import { Target } from 'cdk8s-metaparticle/testing';

/** So long may any wait take, in milliseconds. */
const TIMEOUT = 60_000;

/** What is known of a pod. */
export interface PodView {
  readonly name: string;
  /** Of a StatefulSet, a pod has a successor of its name. */
  readonly uid: string;
  readonly ip: string;
  readonly ready: boolean;
  /** Whether it has been told to end. */
  readonly terminating: boolean;
  readonly restarts: number;
  readonly node: string;
  /** Of its first container, without the runtime's name in front. */
  readonly containerId: string;
  readonly labels: { readonly [name: string]: string };
}

/** The pods of a namespace, as the API server reports them: seen at once, asked for never. */
export class Pods {
  private readonly views = new Map<string, PodView>();
  private readonly child;
  private ended?: string;

  constructor(private readonly kubectl: Kubectl) {
    this.child = kubectl.spawn(['get', '--raw', `/api/v1/namespaces/${kubectl.namespace}/pods?watch=true`]);
    this.child.stderr.on('data', (part) => { this.ended = `${part}`; });
    createInterface(this.child.stdout).on('line', (line) => this.see(JSON.parse(line)));
  }

  /** Of a Deployment or a pattern, or all that are a pattern's; the ones that are ending included. */
  public of(target?: Target): PodView[] {
    return [...this.views.values()].filter(({ labels }) => {
      if (target === undefined) return labels['app.kubernetes.io/instance'] !== undefined;
      return typeof target === 'string'
        ? labels['app.kubernetes.io/instance'] === target
        : labels['app.kubernetes.io/name'] === target.service.name;
    });
  }

  public find(name: string): PodView | undefined {
    return this.views.get(name);
  }

  /** Resolves when something holds that the API server will report. */
  public async until(holds: () => boolean, what: string): Promise<void> {
    const end = Date.now() + TIMEOUT;
    while (!holds()) {
      if (Date.now() > end) {
        throw new Error(
          `${what}: not within ${TIMEOUT / 1000} s${this.ended ?? ''}\n${await this.kubectl.run([
            'get',
            'pods,events',
          ])}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  public stop(): void {
    this.child.kill('SIGKILL');
  }

  private see({ type, object: { metadata, spec, status } }: any): void {
    if (type === 'DELETED') {
      this.views.delete(metadata.name);
      return;
    }
    const [container] = status.containerStatuses ?? [];
    this.views.set(metadata.name, {
      name: metadata.name,
      uid: metadata.uid,
      ip: status.podIP ?? '',
      ready: (status.conditions ?? []).some((each: any) => each.type === 'Ready' && each.status === 'True'),
      terminating: metadata.deletionTimestamp !== undefined,
      restarts: container?.restartCount ?? 0,
      node: spec.nodeName ?? '',
      containerId: (container?.containerID ?? '').replace(/^.*:\/\//, ''),
      labels: metadata.labels ?? {},
    });
  }
}
