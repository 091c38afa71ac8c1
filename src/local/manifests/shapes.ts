import { Shape } from './shape';

export const TEXTS: Shape = { each: 'text' };

const REF = { name: 'text', optional: 'true or false' } as const;
const RESOURCE_FIELD: Shape = { fields: { resource: 'text', containerName: 'text', divisor: 'number or text' } };
const FIELD: Shape = { fields: { fieldPath: 'text' } };

const ITEMS: Shape = { list: { fields: { key: 'text', path: 'text', mode: 'whole number' } } };
const FILES = { ...REF, items: ITEMS, defaultMode: 'whole number' } as const;
const FIELD_FILES: Shape = {
  list: { fields: { path: 'text', fieldRef: FIELD, resourceFieldRef: RESOURCE_FIELD, mode: 'whole number' } },
};
const DOWNWARD: Shape = { fields: { items: FIELD_FILES, defaultMode: 'whole number' } };

const VOLUME: Shape = {
  fields: {
    name: 'text',
    configMap: { fields: FILES },
    secret: { fields: { ...FILES, secretName: 'text' } },
    emptyDir: { fields: { medium: 'text', sizeLimit: 'number or text' } },
    downwardAPI: DOWNWARD,
    csi: { fields: { driver: 'text' } },
    ephemeral: { fields: {} },
    persistentVolumeClaim: { fields: { claimName: 'text', readOnly: 'true or false' } },
    projected: {
      fields: {
        sources: {
          list: { fields: { configMap: { fields: FILES }, secret: { fields: FILES }, downwardAPI: DOWNWARD } },
        },
        defaultMode: 'whole number',
      },
    },
  },
};

const ACTIONS = {
  exec: { fields: { command: { list: 'text' } } },
  httpGet: {
    fields: {
      path: 'text',
      port: 'whole number or text',
      host: 'text',
      scheme: 'text',
      httpHeaders: { list: { fields: { name: 'text', value: 'text' } } },
    },
  },
  tcpSocket: { fields: { port: 'whole number or text', host: 'text' } },
} as const satisfies Record<string, Shape>;
const HOOK: Shape = { fields: { ...ACTIONS, sleep: { fields: { seconds: 'whole number' } } } };
const PROBE: Shape = {
  fields: {
    ...ACTIONS,
    grpc: { fields: { port: 'whole number', service: 'text' } },
    initialDelaySeconds: 'whole number',
    periodSeconds: 'whole number',
    timeoutSeconds: 'whole number',
    successThreshold: 'whole number',
    failureThreshold: 'whole number',
    terminationGracePeriodSeconds: 'whole number',
  },
};

const ENV: Shape = {
  fields: {
    name: 'text',
    value: 'text',
    valueFrom: {
      fields: {
        fieldRef: FIELD,
        configMapKeyRef: { fields: { ...REF, key: 'text' } },
        secretKeyRef: { fields: { ...REF, key: 'text' } },
        resourceFieldRef: RESOURCE_FIELD,
      },
    },
  },
};

const CONTAINER: Shape = {
  fields: {
    name: 'text',
    image: 'text',
    command: { list: 'text' },
    args: { list: 'text' },
    workingDir: 'text',
    env: { list: ENV },
    envFrom: { list: { fields: { prefix: 'text', configMapRef: { fields: REF }, secretRef: { fields: REF } } } },
    ports: {
      list: { fields: { name: 'text', containerPort: 'whole number', hostPort: 'whole number', protocol: 'text' } },
    },
    volumeMounts: {
      list: {
        fields: { name: 'text', mountPath: 'text', subPath: 'text', subPathExpr: 'text', readOnly: 'true or false' },
      },
    },
    resources: { fields: { limits: { each: 'number or text' }, requests: { each: 'number or text' } } },
    startupProbe: PROBE,
    readinessProbe: PROBE,
    livenessProbe: PROBE,
    lifecycle: { fields: { postStart: HOOK, preStop: HOOK } },
    restartPolicy: 'text',
  },
};

export const METADATA: Shape = { fields: { name: 'text', namespace: 'text', labels: TEXTS, annotations: TEXTS } };

export const POD: Shape = {
  fields: {
    containers: { list: CONTAINER },
    initContainers: { list: CONTAINER },
    volumes: { list: VOLUME },
    terminationGracePeriodSeconds: 'whole number',
    enableServiceLinks: 'true or false',
    serviceAccountName: 'text',
    hostNetwork: 'true or false',
    hostname: 'text',
    subdomain: 'text',
    hostAliases: { list: { fields: { ip: 'text', hostnames: { list: 'text' } } } },
  },
};

export const SELECTOR: Shape = {
  fields: {
    matchLabels: TEXTS,
    matchExpressions: { list: { fields: { key: 'text', operator: 'text', values: { list: 'text' } } } },
  },
};

const WORKLOAD = {
  replicas: 'whole number',
  minReadySeconds: 'whole number',
  selector: SELECTOR,
  template: { fields: { metadata: METADATA, spec: POD } },
} as const satisfies Record<string, Shape>;

export const CLAIM: Shape = {
  fields: {
    accessModes: { list: 'text' },
    storageClassName: 'text',
    resources: { fields: { requests: { each: 'number or text' } } },
  },
};

/** Of the kinds that are read here, the fields that are read. */
const SPECS: Record<string, Record<string, Shape>> = {
  Deployment: {
    spec: {
      fields: {
        ...WORKLOAD,
        strategy: {
          fields: {
            type: 'text',
            rollingUpdate: { fields: { maxSurge: 'whole number or text', maxUnavailable: 'whole number or text' } },
          },
        },
      },
    },
  },
  StatefulSet: {
    spec: {
      fields: {
        ...WORKLOAD,
        serviceName: 'text',
        podManagementPolicy: 'text',
        ordinals: { fields: { start: 'whole number' } },
        updateStrategy: {
          fields: {
            type: 'text',
            rollingUpdate: { fields: { partition: 'whole number', maxUnavailable: 'whole number or text' } },
          },
        },
        volumeClaimTemplates: { list: { fields: { metadata: METADATA, spec: CLAIM } } },
        persistentVolumeClaimRetentionPolicy: { fields: { whenDeleted: 'text', whenScaled: 'text' } },
      },
    },
  },
  Service: {
    spec: {
      fields: {
        type: 'text',
        clusterIP: 'text',
        externalName: 'text',
        selector: TEXTS,
        publishNotReadyAddresses: 'true or false',
        ports: {
          list: {
            fields: { name: 'text', port: 'whole number', targetPort: 'whole number or text', protocol: 'text' },
          },
        },
      },
    },
  },
  ConfigMap: { data: TEXTS, binaryData: TEXTS },
  Secret: { data: TEXTS, stringData: TEXTS },
  HorizontalPodAutoscaler: {
    spec: { fields: { minReplicas: 'whole number', scaleTargetRef: { fields: { kind: 'text', name: 'text' } } } },
  },
};

/** What an object of a kind is made of, as far as it is read here. */
export function shapeOf(kind: string): Shape {
  return { fields: { apiVersion: 'text', kind: 'text', metadata: METADATA, ...SPECS[kind] } };
}
