/** What is wrong with user code, as a sentence. Thrown as it is where no construct is known; `Code._module` puts the construct's path before it. */
export class Mistake extends Error {}

/** Stops with a sentence about user code. */
export function mistake(sentence: string): never {
  throw new Mistake(sentence);
}
