import { ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

const running = new Set<ChildProcessWithoutNullStreams>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** `kubectl` in one namespace of the cluster that KUBECONFIG points at. */
export class Kubectl {
  constructor(public readonly namespace: string) {}

  /**
   * Runs a command and answers what it prints.
   * @throws what it says where it fails
   */
  public async run(args: readonly string[], input = ''): Promise<string> {
    const child = this.spawn(args);
    // A command that refuses its input says so itself.
    child.stdin.on('error', () => {}).end(input);
    const [output, complaint, code] = await Promise.all([
      text(child.stdout), text(child.stderr), new Promise(
        (resolve, reject) => child.once('close', resolve).once('error', reject),
      ),
    ]);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${complaint.trim()}`);
    return output;
  }

  /** The answer of a command that prints JSON. */
  public async json(args: readonly string[]): Promise<any> {
    return JSON.parse(await this.run([...args, '--output=json']));
  }

  /** Creates or changes objects, in the order given; a warning is an error. */
  public async apply(objects: readonly object[]): Promise<void> {
    await this.run(
      [
        'apply',
        '--server-side',
        '--warnings-as-errors',
        '--filename=-',
      ], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
  }

  /** Makes the namespace. A label tells that it is a test's, should the test not come to delete it. */
  public async createNamespace(labels: { readonly [name: string]: string } = {}): Promise<void> {
    const metadata = {
      name: this.namespace,
      labels: { 'app.kubernetes.io/managed-by': 'cdk8s-metaparticle-tests', ...labels },
    };
    await this.run(['create', '--filename=-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata }));
  }

  /** Begins to delete the namespace and all that is in it. */
  public async deleteNamespace(): Promise<void> {
    await this.run(['delete', 'namespace', this.namespace, '--wait=false']);
  }

  /** Starts a command that goes on until it is killed, or this process ends. */
  public spawn(args: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn('kubectl', [`--namespace=${this.namespace}`, ...args]);
    running.add(child);
    return child.once('close', () => running.delete(child));
  }
}

/** Whether a command succeeds, at once: what tests are called is decided before any of them runs. */
export function succeeds(args: readonly string[], input = ''): boolean {
  return spawnSync(
    'kubectl', ['--request-timeout=5s', ...args], { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 10_000 },
  ).status === 0;
}
