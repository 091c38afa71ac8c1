import { StateError } from './engine';

/** Result codes, https://www.sqlite.org/rescode.html */
const BUSY = 5;
const FULL = 13;
const DAMAGED = [11, 26];
/** No memory, read-only, input or output failed, cannot be opened. */
const UNUSABLE = [7, 8, 10, 14];

/** Whether another process has locked the file. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === BUSY;
}

/** Whether there is no room for what was to be written: nothing of it was. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === FULL;
}

/** What functions and clients are told of an error of SQLite's; other errors are returned as they are. */
export function stateErrorOf(cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === undefined) return cause;
  const reason = (cause as Error).message;
  if (code === FULL) {
    return new StateError(507, 'the state is full: nothing was written; entries can be read and deleted, and '
      + 'State.local({ size }) makes room for more', { cause });
  }
  if (DAMAGED.includes(code)) return new StateError(503, `the state is damaged (${reason})`, { cause });
  if (UNUSABLE.includes(code)) {
    return new StateError(503, `the state cannot be used now (${reason}): it is not known whether it was written`, {
      cause,
    });
  }
  return cause;
}

/** The primary result code. */
function codeOf(error: unknown): number | undefined {
  const { code, errcode } = (error ?? {}) as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode % 256 : undefined;
}
