import { Listed, Range, StateEngine, Stored, sumOf, Ttl, Write } from '../../../runtime/function-server/state/engine';
import { isSame } from '../../../runtime/function-server/state/values';

/** An engine without a disk and without a server, which answers after a turn of the event loop. */
export class MemoryEngine implements StateEngine {
  private readonly entries = new Map<string, { value: Stored; expires: number }>();

  constructor(private readonly now: () => number) {}

  public get sql(): never {
    throw new Error('there is no database');
  }

  public async get(key: string): Promise<Stored | undefined> {
    await turn();
    const value = this.read(key)?.value;
    return typeof value === 'string' ? value : value && new Uint8Array(value);
  }

  public async commit(seen: ReadonlyMap<string, Stored | undefined>, writes: readonly Write[]): Promise<boolean> {
    await turn();
    for (const [key, stored] of seen) {
      if (!isSame(this.read(key)?.value, stored)) return false;
    }
    for (const { key, value, ttl } of writes) {
      if (value === undefined) this.entries.delete(key);
      else this.write(key, value, ttl);
    }
    return true;
  }

  public async delete(key: string): Promise<boolean> {
    await turn();
    const existed = this.read(key) !== undefined;
    this.entries.delete(key);
    return existed;
  }

  public async increment(key: string, by: number, ttl: Ttl): Promise<number> {
    await turn();
    const sum = sumOf(key, this.read(key)?.value, by);
    this.write(key, String(sum), ttl);
    return sum;
  }

  public async list({ prefix, after, limit, size }: Range): Promise<Listed[]> {
    await turn();
    const keys = [...this.entries.keys()]
      .filter((key) => key.startsWith(prefix) && (after === undefined || compare(key, after) > 0) && this.read(key))
      .sort(compare).slice(0, limit);
    const listed = [];
    for (const key of keys) {
      const { value } = this.read(key)!;
      listed.push({ key, value });
      size -= Buffer.byteLength(value);
      if (size < 0) break;
    }
    return listed;
  }

  public close(): void {}

  private read(key: string): { value: Stored; expires: number } | undefined {
    const entry = this.entries.get(key);
    return entry && entry.expires > this.now() ? entry : undefined;
  }

  private write(key: string, value: Stored, ttl: Ttl): void {
    const expires = ttl === 'keep'
      ? this.read(key)?.expires ?? Infinity
      : ttl === undefined ? Infinity : this.now() + ttl;
    this.entries.set(key, { value, expires });
  }
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
