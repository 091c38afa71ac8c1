import { connectionProblems, policyProblems } from './network-problems';
import { hasPort, isOurs, list, namespaceOf, Objects, one, titleOf, WORKLOADS } from './objects';
import { podProblems } from './pod-problems';
import { storageProblems } from './storage-problems';
import { templateProblems } from './template-problems';

/** What an API server accepts, no linter sees, and would not work or not protect: a sentence each. */
export function problemsOf(all: readonly any[]): string[] {
  const objects = new Objects(all);
  return [
    ...names(objects),
    ...objects.workloads()
      .flatMap((deployment) => [podProblems, templateProblems, deploymentProblems].flatMap((find) => (
        find(deployment, objects)
      ))),
    ...objects.ofKind('Service').flatMap((service) => serviceProblems(service, objects)),
    ...objects.ofKind('Ingress').flatMap((ingress) => ingressProblems(ingress, objects)),
    ...objects.ofKind('HTTPRoute').flatMap((route) => routeProblems(route, objects)),
    ...objects.ofKind('PodDisruptionBudget').flatMap((budget) => one(budget, budget.spec.selector, objects)),
    ...objects.ofKind('HorizontalPodAutoscaler').flatMap((scaler) => scalerProblems(scaler, objects)),
    ...objects.ofKind('NetworkPolicy').flatMap((policy) => policyProblems(policy, objects)),
    ...objects.ofKind('StatefulSet').flatMap((set) => storageProblems(set, objects)),
    ...objects.workloads().flatMap((deployment) => connectionProblems(deployment, objects)),
  ];
}

function names(objects: Objects): string[] {
  const keys = objects.all.map((object) => `${titleOf(object)} of namespace '${namespaceOf(object)}'`);
  return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${key} is there twice`);
}

function deploymentProblems(deployment: any, objects: Objects): string[] {
  const title = titleOf(deployment);
  const selected = objects.selected(deployment.spec.selector.matchLabels, namespaceOf(deployment));
  const scalers = ['HorizontalPodAutoscaler', 'ScaledObject'].flatMap((kind) => objects.ofKind(kind))
    .filter(({ spec }) => spec.scaleTargetRef.name === deployment.metadata.name);
  const policies = objects.ofKind('NetworkPolicy').filter((policy) => (
    objects.selected(policy.spec.podSelector.matchLabels ?? {}, namespaceOf(policy)).includes(deployment)
  ));
  return [
    ...(selected.includes(deployment) && selected.length === 1
      ? []
      : [`${title}: its selector is for the pods of ${list(selected)}`]),
    ...((deployment.spec.replicas === undefined) === (scalers.length === 1)
      ? []
      : [`${title}: replicas is ${deployment.spec.replicas}, and ${scalers.length} autoscalers scale it`]),
    // A Deployment that existed already is as open as it was.
    ...(isOurs(deployment) && objects.ofKind('NetworkPolicy').length > 0 && policies.length !== 1
      ? [`${title}: ${policies.length} NetworkPolicies are for its pods`]
      : []),
  ];
}

function serviceProblems(service: any, objects: Objects): string[] {
  // One without a selector stands for addresses that are written elsewhere.
  if (!service.spec.selector) return [];
  const problems = one(service, { matchLabels: service.spec.selector }, objects);
  const [deployment] = objects.selected(service.spec.selector, namespaceOf(service));
  if (problems.length) return problems;
  return service.spec.ports
    .map(({ port, targetPort = port }: any) => targetPort)
    .filter((port: any) => !hasPort(deployment, port))
    .map((port: any) => `${titleOf(service)}: its target port ${port} is none of ${titleOf(deployment)}`);
}

function ingressProblems(ingress: any, objects: Objects): string[] {
  const paths = ingress.spec.rules.flatMap(({ http }: any) => http.paths);
  return paths.flatMap(({ path, backend: { service: { name, port } } }: any) => {
    const service = objects.find('Service', name, namespaceOf(ingress));
    return service?.spec.ports.some((each: any) => each.port === port.number || each.name === port.name)
      ? []
      : [`${titleOf(ingress)}: path '${path}' leads to port ${port.number ?? port.name} of Service '${name}', `
        + 'which is not there'];
  });
}

function routeProblems(route: any, objects: Objects): string[] {
  return route.spec.rules.flatMap(({ backendRefs }: any) => backendRefs).flatMap(({ name, port }: any) => (
    objects.find('Service', name, namespaceOf(route))?.spec.ports.some((each: any) => each.port === port)
      ? []
      : [`${titleOf(route)}: it leads to port ${port} of Service '${name}', which is not there`]
  ));
}

function scalerProblems(scaler: any, objects: Objects): string[] {
  const { kind, name } = scaler.spec.scaleTargetRef;
  return WORKLOADS.includes(kind) && objects.find(kind, name, namespaceOf(scaler))
    ? []
    : [`${titleOf(scaler)}: there is no ${kind} '${name}'`];
}
