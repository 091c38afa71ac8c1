/** Characters of keys and values that are held at most, in two halves. */
const MOST = 4 * 1024 * 1024;
/** What an entry takes besides: characters. */
const OVERHEAD = 100;
/** A longer value is held by nobody: it would push out too many others. */
const LONGEST = 64 * 1024;

/** An entry that can be held: of bytes, whoever has read them could change what others would read. */
interface Held {
  readonly value: unknown;
}

/**
 * Entries that were used of late, for a fifth of the time that SQLite takes to find one. What was used since the
 * younger half began is in there; when it is full, it becomes the older half, and what is still in that is let go.
 */
export class Recent<Entry extends Held> {
  private younger = new Map<string, Entry>();
  private older = new Map<string, Entry>();
  private size = 0;

  public get(key: string): Entry | undefined {
    const entry = this.younger.get(key);
    if (entry) return entry;
    const old = this.older.get(key);
    if (old) this.set(key, old);
    return old;
  }

  public set(key: string, entry: Entry): void {
    const { value } = entry;
    this.delete(key);
    if (typeof value !== 'string' || value.length > LONGEST) return;
    const size = sizeOf(key, value);
    if (this.size + size > MOST / 2) {
      this.older = this.younger;
      this.younger = new Map();
      this.size = 0;
    }
    this.younger.set(key, entry);
    this.size += size;
  }

  public delete(key: string): void {
    const entry = this.younger.get(key);
    if (entry) {
      this.younger.delete(key);
      this.size -= sizeOf(key, entry.value as string);
    }
    this.older.delete(key);
  }
}

function sizeOf(key: string, value: string): number {
  return key.length + value.length + OVERHEAD;
}
