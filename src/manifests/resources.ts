import { Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';
import { checkWhole, LARGEST } from '../checks/numbers';
import { bytes, kibibytes } from '../checks/sizes';

/** Requests and limits with every field filled: what is not given comes from the defaults. */
export function withDefaults(
  given: ContainerResources | undefined, defaults: Required<ContainerResources>,
): ContainerResources {
  return {
    cpu: given?.cpu ?? defaults.cpu,
    memory: given?.memory ?? defaults.memory,
    ephemeralStorage: given?.ephemeralStorage ?? defaults.ephemeralStorage,
  };
}

/**
 * Refuses amounts that are no amounts, and requests above their limits.
 * @throws where Kubernetes would refuse the pod, or evict it at once
 */
export function checkResources(
  scope: IConstruct, { cpu, memory, ephemeralStorage }: ContainerResources, property = 'resources',
): void {
  const amounts = {
    cpu: { request: cpu?.request && cores(cpu.request), limit: cpu?.limit && cores(cpu.limit) },
    memory: { request: memory?.request && kibibytes(memory.request), limit: memory?.limit && kibibytes(memory.limit) },
    ephemeralStorage: {
      request: ephemeralStorage?.request && kibibytes(ephemeralStorage.request),
      limit: ephemeralStorage?.limit && kibibytes(ephemeralStorage.limit),
    },
  };
  for (const [resource, { request, limit }] of Object.entries(amounts)) {
    const unit = resource === 'cpu' ? '' : ' KiB';
    for (const [side, amount] of Object.entries({ request, limit })) {
      if (amount === undefined || amount > 0 && amount < Infinity) continue;
      refuse(scope, `${property}.${resource}.${side} is ${amount}${unit}: it must be more than nothing, and a number; `
        + 'leave it out where none is meant');
    }
    if (request !== undefined && limit !== undefined && request > limit) {
      refuse(scope, `${property}.${resource}.request is ${request}${unit} and its limit ${limit}${unit}: `
        + 'a pod may not ask for more than it may use; raise the limit');
    }
  }
}

/** How many bytes of memory a container may use, as far as that is known. */
export function memoryOf({ memory }: ContainerResources): number | undefined {
  const size = memory?.limit ?? memory?.request;
  return size && bytes(size);
}

/** What a node has besides CPU, memory and disk, in whole numbers by name: `{ 'nvidia.com/gpu': 1 }`. */
export interface ExtendedResources {
  readonly [name: string]: number;
}

/** A domain, and a name of its own. */
const EXTENDED = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/**
 * Refuses what is no extended resource (https://kubernetes.io/docs/tasks/configure-pod-container/extended-resource/).
 */
export function checkExtended(scope: IConstruct, extended: ExtendedResources): void {
  for (const [name, count] of Object.entries(extended)) {
    if (!EXTENDED.test(name) || /(^|\.)kubernetes\.io\//.test(name)) {
      refuse(scope, `extendedResources names '${name}': write it with the domain of its vendor, `
        + "as in 'nvidia.com/gpu'");
    }
    // Some are counted in small parts, such as a GPU's memory in MiB.
    checkWhole(scope, `extendedResources['${name}']`, count, 1, LARGEST);
  }
}

/** The `resources` of a container. */
export function renderResources(resources: ContainerResources, extended: ExtendedResources = {}): object {
  const side = (which: 'request' | 'limit') => ({
    'cpu': resources.cpu?.[which]?.amount,
    'memory': quantity(resources.memory?.[which]),
    'ephemeral-storage': quantity(resources.ephemeralStorage?.[which]),
    // Nothing may ask for more of them than it gets.
    ...extended,
  });
  return { requests: side('request'), limits: side('limit') };
}

/** A size as Kubernetes writes it, in the largest unit that has a whole number of it: `128Mi`, `100Ki`. */
export function quantity(size: Size): string;
export function quantity(size: Size | undefined): string | undefined;
export function quantity(size: Size | undefined): string | undefined {
  if (!size) return undefined;
  const whole = bytes(size);
  if (whole % 1024) return `${whole}`;
  return whole % 1024 ** 2 ? `${whole / 1024}Ki` : `${whole / 1024 ** 2}Mi`;
}

/** The same for what is large: `20Gi`. */
export function largeQuantity(size: Size): string {
  const whole = bytes(size);
  return whole % 1024 ** 3 ? quantity(size) : `${whole / 1024 ** 3}Gi`;
}

/** How many cores an amount is: `Cpu.millis(1500)` → 1.5. */
export function cores(cpu: Cpu): number {
  return cpu.amount.endsWith('m') ? Number.parseInt(cpu.amount) / 1000 : Number(cpu.amount);
}
