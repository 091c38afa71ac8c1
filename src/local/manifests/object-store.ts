import { createHash } from 'node:crypto';
import { Deployment, KubeObject, namespaceOf, Service } from './kube';

/** The objects of a cluster, by kind, namespace and name: what a real cluster keeps in etcd. */
export class ObjectStore {
  private readonly objects = new Map<string, KubeObject>();

  public constructor(objects: Iterable<KubeObject> = []) {
    for (const object of objects) this.put(object);
  }

  /** Adds an object, or takes the place of the one with its kind, namespace and name. */
  public put(object: KubeObject): void {
    this.objects.set(keyOf(object.kind, namespaceOf(object), object.metadata.name), object);
  }

  public get(kind: string, namespace: string, name: string): KubeObject | undefined {
    return this.objects.get(keyOf(kind, namespace, name));
  }

  public all(): KubeObject[] {
    return [...this.objects.values()];
  }

  public deployments(): Deployment[] {
    return this.all().filter((object): object is Deployment => object.kind === 'Deployment');
  }

  public services(): Service[] {
    return this.all().filter((object): object is Service => object.kind === 'Service');
  }

  /** The files of a ConfigMap, or undefined when there is none. */
  public configMap(namespace: string, name: string): Map<string, Buffer> | undefined {
    const object = this.get('ConfigMap', namespace, name);
    return object && new Map([...text(object.data), ...base64(object.binaryData)]);
  }

  /** The files of a Secret, or undefined when there is none. */
  public secret(namespace: string, name: string): Map<string, Buffer> | undefined {
    const object = this.get('Secret', namespace, name);
    return object && new Map([...base64(object.data), ...text(object.stringData)]);
  }

  /** How many pods a Deployment wants. Without `replicas` an autoscaler decides, and starts at its minimum. */
  public replicas(deployment: Deployment): number {
    if (deployment.spec.replicas !== undefined) return deployment.spec.replicas;
    const scaler = this.all().find((object) => object.kind === 'HorizontalPodAutoscaler' && namespaceOf(object) === namespaceOf(deployment)
      && object.spec?.scaleTargetRef?.kind === 'Deployment' && object.spec.scaleTargetRef.name === deployment.metadata.name);
    return scaler?.spec?.minReplicas ?? 1;
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
