import { closeSync, FSWatcher, openSync, readSync, statSync, truncateSync, watch, writeFileSync } from 'node:fs';
import { RequestRecord } from '../events';

/** A log that has been read up to here, in bytes, is emptied: nobody else reads it. */
const LONG = 16 * 1024 * 1024;

/** Follows the JSON lines that a router writes for its requests. */
export class RequestLog {
  private readonly watcher: FSWatcher;
  private offset: number;
  private rest = '';

  /** @param router the name of the pod. */
  public constructor(
    private readonly file: string, private readonly router: string,
    private readonly tell: (record: RequestRecord) => void,
  ) {
    writeFileSync(file, '', { flag: 'a' });
    this.offset = statSync(file).size;
    this.watcher = watch(file, { persistent: false }, () => this.read());
    this.watcher.on('error', () => {});
  }

  public close(): void {
    this.watcher.close();
  }

  private read(): void {
    for (const line of this.newText().split('\n').slice(0, -1)) {
      const record = parse(line, this.router);
      if (record) this.tell(record);
    }
  }

  /** What is new, from the start of a line; what follows the last line's end is kept for later. */
  private newText(): string {
    const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
    if (size < this.offset) this.offset = 0;
    const chunk = Buffer.alloc(size - this.offset);
    if (chunk.length === 0) return '';
    const descriptor = openSync(this.file, 'r');
    this.offset += readSync(descriptor, chunk, 0, chunk.length, this.offset);
    closeSync(descriptor);
    if (this.offset > LONG) truncateSync(this.file);
    const text = this.rest + chunk.toString();
    this.rest = text.slice(text.lastIndexOf('\n') + 1);
    return text.slice(0, text.lastIndexOf('\n') + 1);
  }
}

function parse(line: string, router: string): RequestRecord | undefined {
  let entry: any;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined; // not one of ours: a config of the user's own
  }
  const upstream = String(entry.upstream ?? entry.upstream_addr ?? '');
  return {
    time: new Date(entry.time),
    router,
    method: String(entry.method),
    path: String(entry.path ?? entry.uri),
    status: Number(entry.status),
    seconds: Number(entry.seconds ?? entry.request_time),
    upstream: upstream === '' || upstream === '-' ? undefined : upstream,
  };
}
