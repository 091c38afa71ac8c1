import { Size } from 'cdk8s';
import { ContainerResources } from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { refuse } from '../checks/errors';
import { bytes } from '../checks/sizes';
import { memoryOf } from '../manifests/resources';

/**
 * Bytes of bodies that a Node program of ours may hold in memory: a quarter of it, because half of it is for V8's
 * objects (node-pod.ts), and bodies are copied while they are joined and parsed.
 *
 * @param prefix where `resources` stands: `root.`, or nothing
 */
export function heldSize(scope: IConstruct, prefix: string, resources: ContainerResources): number {
  const memory = memoryOf(resources);
  if (!memory) refuse(scope, `${prefix}resources.memory has no limit: bodies in memory are bounded by it; set one`);
  return Math.floor(memory / 4);
}

/** Refuses a size of which not even one request's share fits. */
export function checkHeld(
  scope: IConstruct, property: string, size: Size, times: number, held: number, prefix: string,
): void {
  const least = bytes(size) * times;
  if (least <= held) return;
  const all = times === 1 ? '' : `, from ${times} leaves ${kibibytes(least)}`;
  refuse(scope, `${property} is ${kibibytes(bytes(size))}${all}: a pod holds ${kibibytes(held)} of bodies, `
    + `a quarter of its memory; raise ${prefix}resources.memory, or lower ${property}`);
}

function kibibytes(count: number): string {
  return `${count / 1024} KiB`;
}
