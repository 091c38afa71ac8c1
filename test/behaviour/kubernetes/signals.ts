import { randomBytes } from 'node:crypto';
import { Kubectl, succeeds } from './kubectl';
import { PodView } from './pods';

/**
 * Signals to the processes of pods. No process inside a pod can kill or stop its first one, the kernel sees to that;
 * so a pod of ours on the same node, which sees all of the node's processes, sends them. The restricted standard knows
 * no such pods: they get a namespace of their own.
 */
export class Signals {
  /** Why pods here get no signals. */
  public static missing(): string | undefined {
    const allowed = succeeds(
      ['create', '--dry-run=server', '--filename=-'], JSON.stringify(
        { ...senderOn('any'), metadata: { name: 'sender', namespace: 'default' } },
      ),
    );
    return allowed ? undefined : 'the cluster allows no pod that sees the processes of its node (hostPID)';
  }

  private readonly kubectl = new Kubectl(`metaparticle-signals-${randomBytes(4).toString('hex')}`);
  private namespace?: Promise<unknown>;
  private readonly senders = new Map<string, Promise<string>>();

  /**
   * Sends a signal to every process of a pod's container; nothing where it has none, as between its end and its
   * restart.
   */
  public async send(signal: 'KILL' | 'STOP' | 'CONT', { node, containerId }: PodView): Promise<void> {
    const sender = this.senders.get(node) ?? this.start(node);
    this.senders.set(node, sender);
    // A process's control group is called like its container.
    const script = `grep -l ${containerId} /proc/[0-9]*/cgroup 2>/dev/null | cut -d/ -f3 | xargs -r kill -s ${signal}`;
    await this.kubectl.run(['exec', '--quiet', await sender, '--', 'sh', '-c', script]);
  }

  public async stop(): Promise<void> {
    await this.namespace;
    if (this.namespace) await this.kubectl.deleteNamespace();
  }

  private async start(node: string): Promise<string> {
    this.namespace ??= this.kubectl.createNamespace();
    await this.namespace;
    const pod = senderOn(node);
    await this.kubectl.run(['create', '--filename=-'], JSON.stringify(pod));
    await this.kubectl.run(['wait', `pod/${pod.metadata.name}`, '--for=condition=Ready', '--timeout=60s']);
    return pod.metadata.name;
  }
}

function senderOn(node: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `sender-${node}` },
    spec: {
      nodeName: node,
      hostPID: true,
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsUser: 0 },
      containers: [{ name: 'sender', image: 'node:24-alpine', command: ['sleep', '86400'] }],
    },
  };
}
