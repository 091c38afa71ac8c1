import { ContainerSpec, KubeObject, titleOf, Volume } from './kube';
import { isWorkload } from './workload';

const LABEL = {
  test: /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  rule: 'up to 63 lower-case letters, digits and -, the first and the last one no -',
};
const SUBDOMAIN = {
  test: /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  rule: 'up to 253 lower-case letters, digits, - and ., the first and the last one a letter or digit',
};
const KEY = {
  test: /^(?!\.\.?$|\.\.)[-._a-zA-Z0-9]{1,253}$/,
  rule: 'up to 253 letters, digits, -, _ and ., not beginning with ..',
};
const INNER_PATH = { test: /^(?!\/)(?!(.*\/)?\.\.(\/|$)).+$/s, rule: 'a relative path without ..' };

/** In a label of its pods stand the name of a StatefulSet and ten characters more. */
const STATEFUL_SET = {
  test: /^[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?$/,
  rule: 'up to 52 lower-case letters, digits and -, the first and the last one no -, since its pods are hosts of this '
    + 'name and have it in their labels',
};

/** Kinds whose names become names of folders and hosts here; others may have others. */
const NAMED: Readonly<Record<string, typeof LABEL>> = {
  Deployment: SUBDOMAIN,
  StatefulSet: STATEFUL_SET,
  Service: LABEL,
  ConfigMap: SUBDOMAIN,
  Secret: SUBDOMAIN,
  PersistentVolumeClaim: SUBDOMAIN,
};

/**
 * Refuses names that Kubernetes refuses: here they become names of files, and could lead out of the cluster's folder.
 */
export function refuseNames(object: KubeObject): void {
  const check = (property: string, value: string | undefined, { test, rule }: typeof LABEL) => {
    if (value !== undefined && !test.test(value)) {
      throw new Error(`${titleOf(object)}: ${property} is ${JSON.stringify(value)}: give ${rule}`);
    }
  };
  check('metadata.namespace', object.metadata.namespace, LABEL);
  if (NAMED[object.kind]) check('metadata.name', object.metadata.name, NAMED[object.kind]);
  if (object.kind === 'ConfigMap' || object.kind === 'Secret') {
    for (const field of ['data', 'binaryData', 'stringData']) {
      for (const key of Object.keys(object[field] ?? {})) check(`a key of ${field}`, key, KEY);
    }
  }
  if (!isWorkload(object)) return;
  if (object.kind === 'StatefulSet') {
    for (const { metadata } of object.spec?.volumeClaimTemplates ?? []) {
      check('the name of a claim template', metadata?.name ?? '', LABEL);
    }
  }
  const { containers = [], initContainers = [], volumes = [] } = object.spec?.template?.spec ?? {};
  for (const { name, volumeMounts } of [...initContainers, ...containers] as ContainerSpec[]) {
    check('the name of a container', name, LABEL);
    for (const { subPath, subPathExpr } of volumeMounts ?? []) {
      check(`a subPath of container ${name}`, subPath || undefined, INNER_PATH);
      check(`a subPathExpr of container ${name}`, subPathExpr || undefined, INNER_PATH);
    }
  }
  for (const volume of volumes as Volume[]) {
    check('the name of a volume', volume.name, LABEL);
    check(`the claimName of volume ${volume.name}`, volume.persistentVolumeClaim?.claimName, SUBDOMAIN);
    for (const { configMap, secret, downwardAPI } of [volume, ...volume.projected?.sources ?? []]) {
      for (const source of [configMap, secret, downwardAPI]) {
        source?.items?.forEach(({ path }) => check(`a path of volume ${volume.name}`, path, INNER_PATH));
      }
    }
  }
}
