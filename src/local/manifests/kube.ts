/**
 * The parts of Kubernetes objects that the local cluster reads. Everything else in an object is carried along unread.
 */

/** Any object of a manifest. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: any;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

export interface PodSpec {
  readonly containers: readonly ContainerSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly volumes?: readonly Volume[];
  readonly terminationGracePeriodSeconds?: number;
  readonly enableServiceLinks?: boolean;
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  /** What the pod is called in DNS, below the Service that `subdomain` names. */
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly hostAliases?: readonly HostAlias[];
}

/** Names that a pod knows without DNS. */
export interface HostAlias { readonly ip: string; readonly hostnames?: readonly string[] }

export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env?: readonly EnvVar[];
  readonly envFrom?: readonly { readonly prefix?: string; readonly configMapRef?: Ref; readonly secretRef?: Ref }[];
  readonly ports?: readonly ContainerPort[];
  readonly volumeMounts?: readonly VolumeMount[];
  readonly resources?: { readonly limits?: Record<string, any>; readonly requests?: Record<string, any> };
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly lifecycle?: { readonly postStart?: Hook; readonly preStop?: Hook };
  readonly restartPolicy?: string;
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly protocol?: string;
}

export interface Ref { readonly name: string; readonly optional?: boolean }
export interface KeyRef extends Ref { readonly key: string }

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly configMapKeyRef?: KeyRef;
    readonly secretKeyRef?: KeyRef;
    readonly resourceFieldRef?: ResourceField;
  };
}

export interface ResourceField {
  readonly resource: string;
  readonly containerName?: string;
  readonly divisor?: string | number;
}

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  /** As `subPath`, with `$(NAME)` for variables of the container. */
  readonly subPathExpr?: string;
  readonly readOnly?: boolean;
}

export interface Volume {
  readonly name: string;
  readonly configMap?: FileSource;
  readonly secret?: Omit<FileSource, 'name'> & { readonly secretName: string };
  readonly emptyDir?: object;
  readonly csi?: object;
  readonly ephemeral?: object;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly downwardAPI?: DownwardSource;
  readonly projected?: {
    readonly sources: readonly { configMap?: FileSource; secret?: FileSource; downwardAPI?: DownwardSource }[];
    readonly defaultMode?: number;
  };
}

export interface FileSource extends Ref {
  readonly items?: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
  readonly defaultMode?: number;
}

export interface DownwardSource {
  readonly items?: readonly DownwardItem[];
  readonly defaultMode?: number;
}

export interface DownwardItem {
  readonly path: string;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: ResourceField;
  readonly mode?: number;
}

export interface Hook {
  readonly exec?: { readonly command: readonly string[] };
  readonly httpGet?: HttpGet;
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly sleep?: { readonly seconds: number };
}

export interface HttpGet {
  readonly path?: string;
  readonly port: number | string;
  readonly host?: string;
  readonly scheme?: string;
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
}

export interface Probe extends Hook {
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  /** Of a startup and of a liveness probe: instead of the pod's own. */
  readonly terminationGracePeriodSeconds?: number;
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
  readonly protocol?: string;
}

export interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly selector?: Record<string, string>;
    readonly ports?: readonly ServicePort[];
    readonly publishNotReadyAddresses?: boolean;
  };
}

/**
 * The API groups of the kinds that the local cluster runs, or that change nothing on one machine; the core group has
 * no name.
 */
const GROUPS: Readonly<Record<string, string>> = {
  ClusterRole: 'rbac.authorization.k8s.io',
  ClusterRoleBinding: 'rbac.authorization.k8s.io',
  ConfigMap: '',
  Deployment: 'apps',
  Gateway: 'gateway.networking.k8s.io',
  GatewayClass: 'gateway.networking.k8s.io',
  HTTPRoute: 'gateway.networking.k8s.io',
  HorizontalPodAutoscaler: 'autoscaling',
  Ingress: 'networking.k8s.io',
  IngressClass: 'networking.k8s.io',
  LimitRange: '',
  Namespace: '',
  NetworkPolicy: 'networking.k8s.io',
  PersistentVolumeClaim: '',
  PodDisruptionBudget: 'policy',
  PriorityClass: 'scheduling.k8s.io',
  ReferenceGrant: 'gateway.networking.k8s.io',
  ResourceQuota: '',
  Role: 'rbac.authorization.k8s.io',
  RoleBinding: 'rbac.authorization.k8s.io',
  Secret: '',
  Service: '',
  ServiceAccount: '',
  StatefulSet: 'apps',
};

/** Is it of one of these kinds? Knative, for one, has a `Service` of its own. */
export function isKnown({ apiVersion, kind }: KubeObject): boolean {
  return Object.hasOwn(GROUPS, kind) && GROUPS[kind] === apiVersion.replace(/\/?[^/]*$/, '');
}

/** The namespace an object lives in. */
export function namespaceOf(object: KubeObject): string {
  return object.metadata.namespace ?? 'default';
}

/** How errors name an object: `Deployment shop/web`, or `Deployment web` in the default namespace. */
export function titleOf(object: KubeObject): string {
  return `${object.kind} ${object.metadata.namespace ? `${object.metadata.namespace}/` : ''}${object.metadata.name}`;
}

/** Does every label of a Service's selector stand in these labels? */
export function labelsMatch(
  selector: Record<string, string> | undefined, labels: Record<string, string> | undefined,
): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels?.[key] === value);
}

/**
 * The number of a container port that is given by number or by name; undefined when no container declares that name.
 */
export function portNumber(spec: PodSpec, port: number | string): number | undefined {
  return portOf([...spec.containers, ...(spec.initContainers ?? []).filter(isSidecar)], port);
}

/**
 * The number of a port that is given by number or by name; undefined when none of these containers declares that name.
 */
export function portOf(containers: readonly ContainerSpec[], port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  if (/^\d+$/.test(port)) return Number(port);
  return containers.flatMap((each) => each.ports ?? []).find((each) => each.name === port)?.containerPort;
}

/** Is this init container one that goes on beside the containers? */
export function isSidecar({ restartPolicy }: ContainerSpec): boolean {
  return restartPolicy === 'Always';
}
