import { IConstruct } from 'constructs';

/**
 * Stops synthesis with a sentence for people: property, value, remedy, behind the construct's path.
 */
export function refuse(scope: IConstruct, sentence: string): never {
  throw new Error(`[${scope.node.path || 'App'}] ${sentence}`);
}
