import type { KubeObject, Metadata, PodSpec, ServicePort } from '../manifests/kube';
import { namespaceOf, titleOf } from '../manifests/kube';
import { shaped, Shape } from '../manifests/shape';
import { CLAIM, METADATA, POD, SELECTOR, TEXTS } from '../manifests/shapes';
import type { ClaimTemplate, Selector } from '../manifests/workload';

const TEMPLATE: Shape = { fields: { metadata: METADATA, spec: POD } };
const WORKLOAD = { replicas: 'whole number', template: TEMPLATE } as const satisfies Record<string, Shape>;

const NAME: Shape = { fields: { name: 'text' } };
const PORTS: Shape = { list: { fields: { port: 'whole number or text', endPort: 'whole number', protocol: 'text' } } };
const PEERS: Shape = {
  list: {
    fields: {
      podSelector: SELECTOR,
      namespaceSelector: SELECTOR,
      ipBlock: { fields: { cidr: 'text', except: { list: 'text' } } },
    },
  },
};

const BACKEND: Shape = { fields: { service: NAME, resource: { fields: { kind: 'text', name: 'text' } } } };
const PATHS: Shape = { list: { fields: { path: 'text', backend: BACKEND } } };
const REF: Shape = { fields: { kind: 'text', name: 'text', namespace: 'text' } };
const ROUTE: Shape = {
  fields: {
    hostnames: { list: 'text' },
    parentRefs: { list: REF },
    rules: {
      list: {
        fields: {
          matches: {
            list: {
              fields: {
                path: { fields: { value: 'text' } }, method: 'anything',
              },
            },
          },
          backendRefs: { list: REF },
        },
      },
    },
  },
};

/** The specs of the kinds that a picture shows something of, by API group and kind. */
const SPECS: Readonly<Record<string, Shape>> = {
  '/Pod': POD,
  '/Service': {
    fields: {
      type: 'text',
      clusterIP: 'text',
      externalName: 'text',
      selector: TEXTS,
      ports: { list: { fields: { name: 'text', port: 'whole number', targetPort: 'whole number or text' } } },
    },
  },
  '/PersistentVolumeClaim': CLAIM,
  'apps/Deployment': { fields: WORKLOAD },
  'apps/ReplicaSet': { fields: WORKLOAD },
  'apps/DaemonSet': { fields: WORKLOAD },
  'apps/StatefulSet': {
    fields: { ...WORKLOAD, volumeClaimTemplates: { list: { fields: { metadata: METADATA, spec: CLAIM } } } },
  },
  'batch/Job': { fields: WORKLOAD },
  'batch/CronJob': {
    fields: { schedule: 'text', jobTemplate: { fields: { spec: { fields: { template: TEMPLATE } } } } },
  },
  'autoscaling/HorizontalPodAutoscaler': {
    fields: { scaleTargetRef: REF, minReplicas: 'whole number', maxReplicas: 'whole number' },
  },
  'keda.sh/ScaledObject': {
    fields: { scaleTargetRef: REF, minReplicaCount: 'whole number', maxReplicaCount: 'whole number' },
  },
  'networking.k8s.io/NetworkPolicy': {
    fields: {
      podSelector: SELECTOR,
      policyTypes: { list: 'text' },
      ingress: { list: { fields: { from: PEERS, ports: PORTS } } },
      egress: { list: { fields: { to: PEERS, ports: PORTS } } },
    },
  },
  'networking.k8s.io/Ingress': {
    fields: {
      defaultBackend: BACKEND,
      rules: { list: { fields: { host: 'text', http: { fields: { paths: PATHS } } } } },
    },
  },
  'gateway.networking.k8s.io/HTTPRoute': ROUTE,
  'gateway.networking.k8s.io/GRPCRoute': ROUTE,
  'gateway.networking.k8s.io/TLSRoute': ROUTE,
  'gateway.networking.k8s.io/TCPRoute': ROUTE,
};

/** Those that are read without a spec. */
const OTHERS: Readonly<Record<string, Record<string, Shape>>> = {
  '/ConfigMap': { data: TEXTS }, '/Namespace': {},
};

/** An object that a picture shows something of: its fields have the types that Kubernetes wants. */
export interface Known<Spec = any> {
  /** Its API group and kind: `apps/Deployment`. */
  readonly type: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly namespace: string;
  /** As messages name it: `shop/web`, or `web` where no namespace is given. */
  readonly title: string;
  readonly spec: Spec;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Templated {
  readonly replicas?: number;
  readonly template?: { readonly metadata?: Partial<Metadata>; readonly spec?: Partial<PodSpec> };
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
  /** Of a CronJob. */
  readonly schedule?: string;
  readonly jobTemplate?: { readonly spec?: Templated };
}

export interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly externalName?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
}

export interface PolicyPort { readonly port?: number | string; readonly endPort?: number; readonly protocol?: string }

export interface PolicyPeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr?: string; readonly except?: readonly string[] };
}

export interface PolicyRule {
  readonly from?: readonly PolicyPeer[];
  readonly to?: readonly PolicyPeer[];
  readonly ports?: readonly PolicyPort[];
}

export interface PolicySpec {
  readonly podSelector?: Selector;
  readonly policyTypes?: readonly string[];
  readonly ingress?: readonly PolicyRule[];
  readonly egress?: readonly PolicyRule[];
}

/**
 * The objects that a picture shows something of; of two with the same kind, namespace and name, the last one. Throws
 * where a field that is read has a type which Kubernetes would refuse.
 */
export function knownObjects(objects: readonly object[]): Known[] {
  const known = new Map<string, Known>();
  for (const object of objects as KubeObject[]) {
    const type = `${/^([^/]+)\//.exec(String(object.apiVersion))?.[1] ?? ''}/${object.kind}`;
    if (!Object.hasOwn(SPECS, type) && !Object.hasOwn(OTHERS, type)) continue;
    const read = checked(object, { metadata: METADATA, ...OTHERS[type], ...SPECS[type] && { spec: SPECS[type] } });
    const namespace = namespaceOf(read);
    known.set(`${type}/${namespace}/${read.metadata.name}`, {
      type,
      kind: read.kind,
      metadata: read.metadata,
      namespace,
      title: titleOf(read).slice(read.kind.length + 1),
      spec: read.spec ?? {},
      data: read.data,
    });
  }
  return [...known.values()];
}

function checked(object: KubeObject, fields: Record<string, Shape>): KubeObject {
  try {
    return shaped(object, { fields });
  } catch (error) {
    throw new Error(`${titleOf(object)}: ${(error as Error).message}`);
  }
}
