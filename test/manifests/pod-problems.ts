import { containersOf, hasPort, isOurs, namespaceOf, Objects, titleOf } from './objects';

/** What a pod template names and is not there. */
export function podProblems(deployment: any, objects: Objects): string[] {
  const title = titleOf(deployment);
  const namespace = namespaceOf(deployment);
  const { template: { spec }, volumeClaimTemplates = [] } = deployment.spec;
  const claims = volumeClaimTemplates.map(({ metadata }: any) => metadata);
  const problems: string[] = [];
  const complain = (problem: string) => problems.push(`${title}: ${problem}`);

  const { serviceAccountName: account } = spec;
  // Without a name it is the namespace's own, which is no good for pods of ours.
  if ((isOurs(deployment) || account !== undefined) && !objects.find('ServiceAccount', account, namespace)) {
    complain(`there is no ServiceAccount '${account}'`);
  }
  const apart = spec.affinity?.podAntiAffinity ?? {};
  const selectors = [
    ...(spec.topologySpreadConstraints ?? []).map(({ labelSelector }: any) => labelSelector),
    ...(apart.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      .map(({ podAffinityTerm }: any) => podAffinityTerm.labelSelector),
    ...(apart.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(({ labelSelector }: any) => labelSelector),
  ];
  for (const { matchLabels } of selectors) {
    if (!objects.selected(matchLabels, namespace).includes(deployment)) {
      complain(`it is spread by ${JSON.stringify(matchLabels)}, which its pods have not`);
    }
  }
  for (const { name, configMap } of spec.volumes ?? []) {
    const mounted = containersOf(deployment).some(({ volumeMounts = [] }) => (
      volumeMounts.some((mount: any) => mount.name === name)
    ));
    if (configMap && !objects.find('ConfigMap', configMap.name, namespace)) {
      complain(`volume '${name}' is of ConfigMap '${configMap.name}', which is not there`);
    }
    if (!mounted) complain(`volume '${name}' is mounted nowhere`);
  }
  for (const container of containersOf(deployment)) {
    const probes = ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((kind) => (
      container[kind] ? [[kind, container[kind]]] : []
    ));
    for (const [kind, { httpGet, tcpSocket, grpc }] of probes) {
      const { port } = httpGet ?? tcpSocket ?? grpc ?? {};
      if (port !== undefined && !hasPort({ spec: { template: { spec: { containers: [container] } } } }, port)) {
        complain(`its ${kind} asks port '${port}', which its container has not`);
      }
    }
    for (const { name } of container.volumeMounts ?? []) {
      if (![...spec.volumes ?? [], ...claims].some((volume: any) => volume.name === name)) {
        complain(`it mounts volume '${name}', which is not there`);
      }
    }
    for (const { name, valueFrom } of container.env ?? []) {
      const refs = [['ConfigMap', valueFrom?.configMapKeyRef], ['Secret', valueFrom?.secretKeyRef]] as const;
      for (const [kind, ref] of refs) {
        if (!ref) continue;
        const source = objects.find(kind, ref.name, namespace);
        if (!(ref.key in { ...source?.data, ...source?.stringData })) {
          complain(`variable ${name} is key '${ref.key}' of ${kind} '${ref.name}', which is not there`);
        }
      }
    }
    const variables = new Set((container.env ?? []).map(({ name }: any) => name));
    for (const text of [
      ...container.command ?? [],
      ...container.args ?? [],
      ...(container.env ?? []).map(({ value = '' }) => value),
    ]) {
      for (const [, name] of text.matchAll(/\$\((\w+)\)/g)) {
        if (!variables.has(name)) complain(`it refers to variable ${name}, which its container has not`);
      }
    }
  }
  return problems;
}
