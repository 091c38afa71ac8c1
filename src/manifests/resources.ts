import { Size } from 'cdk8s';
import { ContainerResources, Cpu } from 'cdk8s-plus-27';
import { bytes } from '../sizes';

/** Requests and limits with every field filled: what is not given comes from the defaults. */
export function withDefaults(given: ContainerResources | undefined, defaults: Required<ContainerResources>): ContainerResources {
  return {
    cpu: given?.cpu ?? defaults.cpu,
    memory: given?.memory ?? defaults.memory,
    ephemeralStorage: given?.ephemeralStorage ?? defaults.ephemeralStorage,
  };
}

/** The `resources` of a container. */
export function renderResources(resources: ContainerResources): object {
  const side = (which: 'request' | 'limit') => ({
    'cpu': resources.cpu?.[which]?.amount,
    'memory': quantity(resources.memory?.[which]),
    'ephemeral-storage': quantity(resources.ephemeralStorage?.[which]),
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

/** How many cores an amount is: `Cpu.millis(1500)` → 1.5. */
export function cores(cpu: Cpu): number {
  return cpu.amount.endsWith('m') ? Number.parseInt(cpu.amount) / 1000 : Number(cpu.amount);
}
