import { checkKey, checkWhole, ttlOf } from './arguments';
import { StateEngine, Stored, sumOf, Ttl, Write } from './engine';
import { decode, encode, sizeOf } from './values';
import type { StateTtl, TransactionShape } from '../../../src/contract';

/** Keys that a transaction may read and write. */
const MOST_KEYS = 100;
/** Bytes of the values that it reads and writes: they are held in memory, and written at once. */
const LARGEST = 16 * 1024 * 1024;

/** What its function reads is remembered, and what it writes is kept back. */
export class Transaction {
  public readonly seen = new Map<string, Stored | undefined>();
  private readonly written = new Map<string, Write>();
  private readonly keys = new Set<string>();
  private size = 0;
  private ended = false;

  /** What its function is given: closures, so that it may take them apart. */
  public readonly shape: TransactionShape = Object.freeze({
    get: async (key: string): Promise<any> => {
      await this.enter(key);
      return decode(this.current(key));
    },
    set: async (key: string, value: unknown, options: StateTtl = {}): Promise<void> => {
      const stored = encode(value);
      const ttl = ttlOf(options, undefined);
      this.touch(key);
      this.write({ key, value: stored, ttl });
    },
    delete: async (key: string): Promise<boolean> => {
      await this.enter(key);
      const existed = this.current(key) !== undefined;
      this.write({ key });
      return existed;
    },
    increment: async (key: string, by: number = 1, options: StateTtl = {}): Promise<number> => {
      checkBy(by);
      const ttl = ttlOf(options, 'keep');
      await this.enter(key);
      const sum = sumOf(key, this.current(key), by);
      this.write({ key, value: String(sum), ttl: this.kept(key, ttl) });
      return sum;
    },
  });

  constructor(private readonly engine: StateEngine) {}

  public get writes(): readonly Write[] {
    return [...this.written.values()];
  }

  /** From now on, its methods throw: nothing would come of what they write. */
  public end(): void {
    this.ended = true;
  }

  /** Reads an entry, unless it was read or written before. */
  private async enter(key: string): Promise<void> {
    this.touch(key);
    if (this.seen.has(key) || this.written.has(key)) return;
    const { engine, seen } = this;
    const stored = await (engine.peek ? engine.peek(key) : engine.get(key));
    // of two that read it at a time, the first counts: what it has said is what must not have changed
    if (seen.has(key)) return;
    seen.set(key, stored);
    this.grow(sizeOf(stored));
  }

  private touch(key: string): void {
    this.checkOpen();
    checkKey(key);
    this.keys.add(key);
    if (this.keys.size > MOST_KEYS) {
      throw new RangeError(`the transaction has more than ${MOST_KEYS} keys: divide it into smaller ones`);
    }
  }

  private current(key: string): Stored | undefined {
    const write = this.written.get(key);
    return write ? write.value : this.seen.get(key);
  }

  private checkOpen(): void {
    if (this.ended) throw new Error('the transaction has ended: await its methods inside of its function');
  }

  private write(write: Write): void {
    this.checkOpen();
    this.grow(sizeOf(write.value) - sizeOf(this.written.get(write.key)?.value));
    this.written.set(write.key, write);
  }

  /** `keep` means the entry as the transaction has it. */
  private kept(key: string, ttl: Ttl): Ttl {
    const write = this.written.get(key);
    return ttl === 'keep' && write ? write.ttl : ttl;
  }

  private grow(bytes: number): void {
    this.size += bytes;
    if (this.size > LARGEST) {
      throw new RangeError(`the transaction has more than ${LARGEST} bytes of values: divide it into smaller ones`);
    }
  }
}

/** Throws a sentence where it is nothing that `increment` adds. */
export function checkBy(by: unknown): void {
  checkWhole('by', by, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
