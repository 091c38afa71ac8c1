import { checkFunction, checkKey, checkOptions, checkPart, checkWhole, ttlOf } from './arguments';
import { attempts } from './attempts';
import type { StateEngine, Stored } from './engine';
import { checkBy, Transaction } from './transaction';
import { decode, encode, LARGEST_VALUE, sizeOf } from './values';
import type { StateListing, StateShape, StateTtl, TransactionShape } from '../../../src/contract';

/** How many entries a list may have, and bytes of their values: they are held in memory. */
const LARGEST_LIST = { limit: 1000, size: 16 * LARGEST_VALUE };
const NOTHING_SEEN: ReadonlyMap<string, Stored | undefined> = new Map();

/** What functions see of an engine: the same for each. Its methods are closures, so that they may be taken apart. */
export function stateOver(engine: StateEngine): StateShape {
  const peek = (key: string) => engine.peek ? engine.peek(key) : engine.get(key);
  const state = {
    get: async (key: string): Promise<any> => {
      checkKey(key);
      return decode(await engine.get(key));
    },

    set: async (key: string, value: unknown, options: StateTtl = {}): Promise<void> => {
      checkKey(key);
      await engine.commit(NOTHING_SEEN, [{ key, value: encode(value), ttl: ttlOf(options, undefined) }]);
    },

    delete: async (key: string): Promise<boolean> => {
      checkKey(key);
      return engine.delete(key);
    },

    list: async (options: StateListing = {}): Promise<{ key: string; value: any }[]> => {
      checkOptions(options, ['prefix', 'after', 'limit']);
      const { prefix, after, limit = 100 } = options;
      checkWhole('limit', limit, 1, LARGEST_LIST.limit);
      const range = { prefix: checkPart('prefix', prefix), after: checkPart('after', after), limit };
      const listed = await engine.list({ ...range, size: LARGEST_LIST.size });
      if (listed.reduce((size, { value }) => size + sizeOf(value), 0) > LARGEST_LIST.size) {
        throw new RangeError(`limit is ${limit}, and so many values take more than ${LARGEST_LIST.size} bytes: make `
          + `it smaller; ${LARGEST_LIST.size / LARGEST_VALUE} always fit`);
      }
      return listed.map(({ key, value }) => ({ key, value: decode(value) }));
    },

    increment: async (key: string, by: number = 1, options: StateTtl = {}): Promise<number> => {
      checkKey(key);
      checkBy(by);
      return engine.increment(key, by, ttlOf(options, 'keep'));
    },

    update: async (key: string, change: (value: any) => unknown, options: StateTtl = {}): Promise<any> => {
      checkKey(key);
      checkFunction('update', change, '(value) => [...value ?? [], 1]');
      const ttl = ttlOf(options, 'keep');
      return attempts(`the value of ${JSON.stringify(key)}`, async (again) => {
        // without a turn in between where none is needed: nobody else comes in then
        const peeked = peek(key);
        const found = isPromise(peeked) ? await peeked : peeked;
        const value = decode(found);
        const made = change(value);
        const next = isPromise(made) ? await made : made;
        if (next === undefined) checkForgotten(value, found);
        const write = next === undefined ? { key } : { key, value: encode(next), ttl };
        return await engine.commit(new Map([[key, found]]), [write]) ? next : again;
      });
    },

    transaction: async <T>(run: (transaction: TransactionShape) => T | Promise<T>): Promise<T> => {
      checkFunction('transaction', run, "async (tx) => tx.set('b', await tx.get('a'))");
      return attempts('what the transaction has read', async (again) => {
        const transaction = new Transaction(engine);
        let result: T;
        try {
          result = await run(transaction.shape);
        } catch (error) {
          // what it has read at different times may contradict itself, and that be what made it fail
          if (!await engine.commit(transaction.seen, [])) return again;
          throw error;
        } finally {
          transaction.end();
        }
        return await engine.commit(transaction.seen, transaction.writes) ? result : again;
      });
    },
  };
  // not seen by who looks at all members, since it may throw
  return Object.freeze(Object.defineProperty(state, 'sql', { get: () => engine.sql })) as StateShape;
}

function isPromise<T>(value: T): value is Extract<T, PromiseLike<any>> {
  return typeof (value as any)?.then === 'function';
}

/** A function that changes the object it was given and forgets to return it would delete the entry. */
function checkForgotten(value: unknown, found: Stored | undefined): void {
  if (typeof found !== 'string' || typeof value !== 'object' || value === null) return;
  if (JSON.stringify(value) === found) return;
  throw new TypeError('the function of update has changed the value and returned undefined, which would delete the '
    + 'entry: return the value');
}
