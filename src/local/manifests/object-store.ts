import { createHash } from 'node:crypto';
import { Secrets } from './given-secrets';
import { KubeObject, namespaceOf, Service } from './kube';
import { isWorkload, Workload } from './workload';

/** The objects of a cluster, by kind, namespace and name: what a real cluster keeps in etcd. */
export class ObjectStore {
  private readonly objects = new Map<string, KubeObject>();

  /** @param secrets what Secrets hold that are not among the objects. */
  public constructor(objects: Iterable<KubeObject> = [], private readonly secrets: Secrets = {}) {
    for (const object of objects) this.put(object);
  }

  /** What there will be once these objects have been put too. */
  public with(objects: Iterable<KubeObject>): ObjectStore {
    return new ObjectStore([...this.all(), ...objects], this.secrets);
  }

  /** Adds an object, or takes the place of the one with its kind, namespace and name. */
  public put(object: KubeObject): void {
    this.objects.set(keyOf(object.kind, namespaceOf(object), object.metadata.name), object);
  }

  /** Takes an object away. Answers whether there was one of its kind, namespace and name. */
  public delete(object: KubeObject): boolean {
    return this.objects.delete(keyOf(object.kind, namespaceOf(object), object.metadata.name));
  }

  public get(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(keyOf(kind, namespace, name));
  }

  /** Is there an object of this kind, namespace and name? */
  public has(object: KubeObject): boolean {
    return this.get(object.kind, namespaceOf(object), object.metadata.name) !== undefined;
  }

  public all(): KubeObject[] {
    return [...this.objects.values()];
  }

  public workloads(): Workload[] {
    return this.all().filter(isWorkload);
  }

  public services(): Service[] {
    return this.all().filter((object): object is Service => object.kind === 'Service');
  }

  /** What the keys of a ConfigMap or a Secret stand for, or undefined when there is none of that name. */
  public files(kind: 'ConfigMap' | 'Secret', namespace: string, name: string): Map<string, Buffer> | undefined {
    return kind === 'ConfigMap' ? this.configMap(namespace, name) : this.secret(namespace, name);
  }

  /**
   * How many pods a workload wants: none when it is here no more. Without `replicas` an autoscaler decides, and starts
   * at its minimum.
   */
  public replicas(workload: Workload): number {
    if (!this.has(workload)) return 0;
    if (workload.spec.replicas !== undefined) return workload.spec.replicas;
    const scaler = this.all().find((object) => object.kind === 'HorizontalPodAutoscaler'
      && namespaceOf(object) === namespaceOf(workload)
      && object.spec?.scaleTargetRef?.kind === workload.kind
      && object.spec.scaleTargetRef.name === workload.metadata.name);
    return scaler?.spec?.minReplicas ?? 1;
  }

  private configMap(namespace: string, name: string): Map<string, Buffer> | undefined {
    const object = this.get('ConfigMap', namespace, name);
    return object && new Map([...text(object.data), ...base64(object.binaryData)]);
  }

  /** One of the manifests comes before one that was given. */
  private secret(namespace: string, name: string): Map<string, Buffer> | undefined {
    const object = this.get('Secret', namespace, name);
    if (object) return new Map([...base64(object.data), ...text(object.stringData)]);
    const given = [`${namespace}/${name}`, name].find((each) => Object.hasOwn(this.secrets, each));
    return given === undefined ? undefined : new Map(text(this.secrets[given]));
  }
}

/** A short name for any value, the same for equal values, in letters and digits that make no words. */
export function fingerprint(value: unknown, length: number): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789'; // as Kubernetes' own names
  const digest = createHash('sha256').update(JSON.stringify(value)).digest();
  return [...digest.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

function text(data: Record<string, string> = {}): [string, Buffer][] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]);
}

function base64(data: Record<string, string> = {}): [string, Buffer][] {
  return Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]);
}
