import { inLanguage } from './language';

/** A mistake of whoever uses the library, in a sentence for people. */
export class Refusal extends Error {
  constructor(sentence: string) {
    super(inLanguage(sentence));
    // In other languages, jsii would put the name in front of the sentence.
    Object.defineProperty(this, 'name', { value: '' });
  }
}
