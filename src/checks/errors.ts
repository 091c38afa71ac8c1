import { IConstruct } from 'constructs';
import { Refusal } from './refusal';

/**
 * Stops synthesis with a sentence for people: property, value, remedy, behind the construct's path.
 */
export function refuse(scope: IConstruct, sentence: string): never {
  throw new Refusal(`[${scope.node.path || 'App'}] ${sentence}`);
}
