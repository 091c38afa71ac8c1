import { Unsendable, unsendable } from '../shared/unsendable';

/**
 * The refusal of a value that a scatter function has returned.
 * @param what where it stands: `query.ids`
 */
export function misfit(what: string, value: unknown, remedy: string): Unsendable {
  if (value === null || typeof value === 'number' || typeof value === 'boolean' || value === undefined) {
    return new Unsendable(`${what} is ${value}: ${remedy}`);
  }
  return unsendable(what, value, remedy);
}
