import { remedyFor } from './given-secrets';
import { ContainerSpec, EnvVar, PodSpec, ResourceField } from './kube';
import { ObjectStore } from './object-store';

/** What a pod may ask about itself. */
export interface PodFacts {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly ip: string;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly spec: PodSpec;
}

/** There is one node, this machine. */
const NODE = { name: 'local', ip: '127.0.0.1' };

/**
 * What may name a variable that `envFrom` makes. Kubernetes 1.32 and newer take any printable ASCII but `=`; what is
 * skipped by an older one is skipped here, since nobody knows which one the manifests will meet.
 */
const NAME = /^(?!\.\.?$|\.\.)[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/**
 * The environment that the manifest declares for a container, as a kubelet computes it: `envFrom`, then `env`,
 * `$(NAME)` replaced by what has been set before. Throws when a ConfigMap, a Secret, a key or a field is not there,
 * saying what to do.
 * @param inherited what is set before everything else, such as the variables of Services.
 * @param skipped told each key of `envFrom` that makes no name of a variable.
 */
export function declaredEnvironment(
  container: ContainerSpec, pod: PodFacts, store: ObjectStore, inherited: Record<string, string>,
  skipped: (name: string) => void = () => {},
): Record<string, string> {
  const env: Record<string, string> = { ...inherited };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const ref = configMapRef ?? secretRef;
    if (!ref) continue;
    const kind = configMapRef ? 'ConfigMap' : 'Secret';
    const files = store.files(kind, pod.namespace, ref.name);
    if (!files && !ref.optional) {
      throw new Error(`container ${container.name}: ${kind} ${ref.name} of envFrom does not exist: `
        + remedyFor(kind, ref.name));
    }
    for (const [key, value] of files ?? []) {
      if (NAME.test(prefix + key)) env[prefix + key] = value.toString();
      else skipped(prefix + key);
    }
  }
  for (const variable of container.env ?? []) {
    const value = variable.valueFrom ? valueFrom(variable, container, pod, store) : expand(variable.value ?? '', env);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

/** Replaces `$(NAME)` by the variable's value, where there is one; `$$(NAME)` stands for a literal `$(NAME)`. */
export function expand(value: string, env: Record<string, string>): string {
  return value.replace(/\$\$|\$\(([^)]*)\)/g, (all, name?: string) => (all === '$$' ? '$' : env[name!] ?? all));
}

function valueFrom(variable: EnvVar, container: ContainerSpec, pod: PodFacts, store: ObjectStore): string | undefined {
  const { fieldRef, configMapKeyRef, secretKeyRef, resourceFieldRef } = variable.valueFrom!;
  if (fieldRef) return podField(fieldRef.fieldPath, pod);
  if (resourceFieldRef) return resourceField(resourceFieldRef, container, pod);
  const ref = configMapKeyRef ?? secretKeyRef;
  if (!ref) {
    throw new Error(`env ${variable.name} of container ${container.name} has a valueFrom that the local cluster does `
      + 'not know: use fieldRef, configMapKeyRef, secretKeyRef or resourceFieldRef');
  }
  const kind = configMapKeyRef ? 'ConfigMap' : 'Secret';
  const files = store.files(kind, pod.namespace, ref.name);
  const value = files?.get(ref.key)?.toString();
  if (value === undefined && !ref.optional) {
    const what = files ? `has no key ${ref.key}` : 'does not exist';
    throw new Error(`env ${variable.name} of container ${container.name}: ${kind} ${ref.name} ${what}: `
      + remedyFor(kind, ref.name, ref.key));
  }
  return value;
}

/** A field of the pod, as `fieldRef` names it. Throws when there is no such field. */
export function podField(path: string, pod: PodFacts): string {
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return pod[keyed[1] as 'labels' | 'annotations'][keyed[2]] ?? '';
  switch (path) {
    case 'metadata.name': return pod.name;
    case 'metadata.namespace': return pod.namespace;
    case 'metadata.uid': return pod.uid;
    case 'metadata.labels': return lines(pod.labels);
    case 'metadata.annotations': return lines(pod.annotations);
    case 'spec.nodeName': return NODE.name;
    case 'spec.serviceAccountName': return pod.spec.serviceAccountName ?? 'default';
    case 'status.podIP': case 'status.podIPs': return pod.ip;
    case 'status.hostIP': case 'status.hostIPs': return NODE.ip;
    default:
      throw new Error(`fieldRef ${path} is not a field that a pod can ask for: use metadata.*, spec.nodeName, `
        + 'spec.serviceAccountName, status.podIP or status.hostIP');
  }
}

function lines(values: Record<string, string>): string {
  return Object.entries(values).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join('\n');
}

/**
 * A limit or request in units of its divisor, rounded up. Without one, this machine's: as a kubelet takes the node's.
 */
export function resourceField(
  { resource, containerName, divisor }: ResourceField, container: ContainerSpec, pod: PodFacts,
): string {
  const [kind, name] = resource.split('.', 2) as ['limits' | 'requests', string];
  const all = [...pod.spec.containers, ...pod.spec.initContainers ?? []];
  const owner = containerName ? all.find((each) => each.name === containerName) ?? container : container;
  const amount = owner.resources?.[kind]?.[name]
    ?? (kind === 'requests' ? owner.resources?.limits?.[name] : undefined);
  const unit = quantity(divisor && String(divisor) !== '0' ? divisor : 1);
  return String(Math.ceil((amount === undefined ? 1 : quantity(amount)) / unit - 1e-9));
}

/** The number that a Kubernetes quantity stands for: `250m` is 0.25, `64Mi` is 67108864. Throws when it is none. */
export function quantity(value: string | number): number {
  const [, digits, suffix] = /^([0-9.]+(?:e[0-9]+)?)(m|k|[KMGTPE]i?)?$/.exec(String(value)) ?? [];
  if (digits === undefined) throw new Error(`${value} is not a quantity such as 250m, 2 or 64Mi`);
  if (!suffix) return Number(digits);
  if (suffix === 'm') return Number(digits) / 1000;
  return Number(digits) * (suffix.endsWith('i') ? 1024 : 1000) ** ('KMGTPE'.indexOf(suffix[0].toUpperCase()) + 1);
}
