import { Engine } from './engine';
import { labelsMatch, namespaceOf, Service } from './manifests/kube';
import { Pod } from './pods/pod';
import { WorkloadController } from './pods/workload-controller';

/**
 * Which Service is meant: its name, `name:port`, `namespace/name`; or a pattern, or anything else with a `service`.
 */
export type Target = string | { readonly service: { readonly name: string } };

/** All objects of a pattern carry its name in this label. */
const PATTERN = 'app.kubernetes.io/name';

/** The Service that is meant and its port. Throws when there is none, naming those there are. */
export function serviceOf(target: Target, engine: Engine): { service: Service; port: number } {
  const [, namespace, name, port] = /^(?:([^/:]+)\/)?([^/:]+)(?::([^/:]+))?$/.exec(nameOf(target)) ?? [];
  const all = engine.services.all();
  const found = all.filter((each) => each.metadata.name === name
    && (namespace ?? namespaceOf(each)) === namespaceOf(each));
  if (found.length === 0) {
    const names = namesOf(all.map(({ metadata }) => metadata));
    throw new Error(`there is no Service ${nameOf(target)}: there are ${names}`);
  }
  if (found.length > 1) {
    const names = found.map((each) => `'${namespaceOf(each)}/${name}'`);
    throw new Error(`Service ${name} is in several namespaces: say which, ${names.join(' or ')}`);
  }
  const [service] = found;
  const ports = service.spec.ports ?? [];
  const chosen = port === undefined
    ? ports[0]
    : ports.find((each) => each.name === port || String(each.port) === port);
  if (!chosen) {
    const names = ports.map((each) => each.name ?? each.port);
    throw new Error(`Service ${name} has no port ${port ?? ''}: it has ${names.join(', ') || 'none'}`);
  }
  return { service, port: chosen.port };
}

/** The workloads of a pattern, or those whose pods a Service selects, or the one of that name. */
export function controllersOf(target: Target, engine: Engine): WorkloadController[] {
  const controllers = engine.allControllers();
  const bare = typeof target === 'string' ? target.replace(/^.*\/|:.*$/g, '') : undefined;
  if (bare !== undefined && !engine.services.all().some((each) => each.metadata.name === bare)) {
    const named = controllers
      .filter((each) => each.name === target || `${namespaceOf(each.workload)}/${each.name}` === target);
    if (named.length > 0) return named;
  }
  const { service } = serviceOf(target, engine);
  const here = controllers.filter((each) => namespaceOf(each.workload) === namespaceOf(service));
  const pattern = typeof target === 'string' ? undefined : service.metadata.labels?.[PATTERN];
  if (pattern !== undefined) return here.filter((each) => each.workload.metadata.labels?.[PATTERN] === pattern);
  const { selector } = service.spec;
  return here.filter(({ workload }) => labelsMatch(selector, workload.spec.template.metadata?.labels));
}

/** The pods of these workloads, or all. */
export function podsOf(target: Target | undefined, engine: Engine): Pod[] {
  return target === undefined ? engine.pods() : controllersOf(target, engine).flatMap((each) => each.pods);
}

/** How errors say what there is. */
export function namesOf(all: readonly { readonly name: string }[]): string {
  return all.map(({ name }) => name).join(', ') || 'none';
}

function nameOf(target: Target): string {
  if (typeof target === 'string') return target;
  const service: any = target?.service;
  const name = service?.name ?? service?.metadata?.name;
  if (typeof name !== 'string') {
    const what = typeof target === 'object' && target !== null ? 'an object without a service' : String(target);
    throw new Error(`${what} is neither the name of a Service nor a pattern: give one of these`);
  }
  const namespace = service.metadata?.namespace;
  return namespace ? `${namespace}/${name}` : name;
}
