/** State that a Valkey or Redis keeps, for all pods that use it. */
import { Listed, notWhole, Range, StateEngine, Stored, tooLarge, Ttl, Write } from './engine';
import { ErrorReply, Reply } from './resp';
import type { Kind, ValkeyClient } from './valkey-client';
import { BYTES, COMMIT, DELETE, INCREMENT, LIST, Script } from './valkey-scripts';
import { sizeOf } from './values';

/**
 * Entries are keys of the server, `prefix:key`, which it lets expire. Beside them is an index, the sorted set
 * `prefix:` of all keys in the order of their bytes: the server itself knows its keys in no order.
 */
export class ValkeyEngine implements StateEngine {
  private readonly prefix: string;

  constructor(private readonly client: ValkeyClient, prefix: string) {
    this.prefix = `${prefix}:`;
  }

  public get sql(): never {
    throw new Error('context.state.sql is the database of State.local; this is State.shared, which has none: use get, '
      + 'set and list, or a client of your own for what else Valkey can do');
  }

  public async get(key: string): Promise<Stored | undefined> {
    return stored(await this.client.call('read', ['GET', this.prefix + key]));
  }

  public async commit(seen: ReadonlyMap<string, Stored | undefined>, writes: readonly Write[]): Promise<boolean> {
    // What adds comes first: a full server refuses that only before anything is written.
    const ordered = [...writes].sort((a, b) => Number(a.value === undefined) - Number(b.value === undefined));
    const keys = [...seen.keys(), ...ordered.map(({ key }) => key)];
    const reply = await this.run(writes.length > 0 ? 'write' : 'read', COMMIT, keys, [
      `${seen.size}`,
      ...[...seen.values()].map(bytesOf),
      ...ordered.flatMap(({ value, ttl }) => [bytesOf(value), `${ttl ?? ''}`]),
    ]);
    return reply === 1;
  }

  public async delete(key: string): Promise<boolean> {
    return await this.run('write', DELETE, [key], []) === 1;
  }

  public async increment(key: string, by: number, ttl: Ttl): Promise<number> {
    const reply = await this.run('write', INCREMENT, [key], [`${by}`, `${ttl ?? ''}`]);
    if (reply === null) throw tooLarge(key, by);
    if (Array.isArray(reply)) throw notWhole(key, stored(reply[0])!);
    return Number(`${reply}`);
  }

  public async list({ prefix, after, limit, size }: Range): Promise<Listed[]> {
    const listed: Listed[] = [];
    let from: string | Buffer = after !== undefined && Buffer.compare(Buffer.from(after), Buffer.from(prefix)) >= 0
      ? `(${after}`
      : prefix ? `[${prefix}` : '-';
    let left = size;
    do {
      const [next, ...items] = await this.run('read', LIST, [], [
        from, behind(prefix), `${limit - listed.length}`, `${left}`,
      ]) as Buffer[];
      for (let index = 0; index < items.length; index += 2) {
        const value = stored(items[index + 1])!;
        listed.push({ key: `${items[index]}`, value });
        left -= sizeOf(value);
      }
      from = next;
    } while (from.length > 0);
    return listed;
  }

  public close(): void {
    this.client.close();
  }

  /** Runs a script on the index and some keys. */
  private async run(
    kind: Kind, { text, sha }: Script, keys: readonly string[], args: readonly (string | Uint8Array)[],
  ): Promise<Reply> {
    const { prefix } = this;
    const rest = [`${keys.length + 1}`, prefix, ...keys.map((key) => prefix + key), prefix, ...args];
    const reply = await this.client.call(kind, ['EVALSHA', sha, ...rest]);
    // the server forgets scripts when it starts anew
    return reply instanceof ErrorReply ? this.client.call(kind, ['EVAL', text, ...rest]) : reply;
  }
}

function bytesOf(value: Stored | undefined): string | Uint8Array {
  return value instanceof Uint8Array ? Buffer.concat([Buffer.of(BYTES), value]) : value ?? '';
}

function stored(reply: Reply): Stored | undefined {
  if (!Buffer.isBuffer(reply)) return undefined;
  // a copy: the reply is a part of what was received
  return reply[0] === BYTES ? Uint8Array.from(reply.subarray(1)) : reply.toString();
}

/** Where the keys end that start with a prefix: UTF-8 has no byte 255. */
function behind(prefix: string): string | Buffer {
  if (!prefix) return '+';
  const end = Buffer.from(`(${prefix}`);
  end[end.length - 1]++;
  return end;
}
