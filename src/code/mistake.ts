import { Refusal } from '../checks/refusal';

/**
 * What is wrong with user code, as a sentence. Thrown as it is where no construct is known; `Code._module` puts the
 * construct's path before it.
 */
export class Mistake extends Refusal {}

/** Stops with a sentence about user code. */
export function mistake(sentence: string): never {
  throw new Mistake(sentence);
}

/** Parsers and printers call themselves once for each level of nesting. @throws a sentence where there are too many */
export function nested<T>(called: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if ((error as Error)?.name !== 'RangeError') throw error;
    return mistake(`${called} is nested too deep to be read: cut its longest expression into several statements`);
  }
}
