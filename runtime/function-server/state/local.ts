import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { EngineParts, StateEngine, StateError } from './engine';
import { LocalEngine } from './local-engine';
import { isBusy, isFull } from './sqlite';
import type { LocalStateConfig } from '../../../src/contract';

/**
 * How long to wait for another process that still has the file, such as that of a pod that was deleted by force:
 * milliseconds.
 */
const PATIENCE = { time: 50_000, pause: 200 };

/**
 * Bytes of the volume that are left for the journal: it is written back when it has an eighth of them, and the largest
 * transaction comes on top. Deleting takes room there, too.
 */
const JOURNAL = 32 * 1024 * 1024;
const PAGE = 4096;

/** What SQLite may take of the volume: pages. */
interface Room {
  readonly database: number;
  readonly journal: number;
}

/** Opens the database, or makes it. Throws a StateError. */
export async function openLocal(config: LocalStateConfig, parts: EngineParts): Promise<StateEngine> {
  const folder = parts.env[config.folder]!;
  const file = join(folder, 'state.db');
  const end = performance.now() + PATIENCE.time;
  for (let tried = 0; ; tried++) {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(file);
      prepare(database, roomOf(folder, config.size, file));
      return new LocalEngine(database, parts);
    } catch (error) {
      database?.close();
      if (!isBusy(error) || performance.now() > end) throw cannotOpen(file, error);
      if (tried === 0) parts.log.warn('another process has the state: waiting for it to end', { file });
    }
    await sleep(PATIENCE.pause);
  }
}

function prepare(database: DatabaseSync, room: Room): void {
  // No two processes ever write the file, and none needs memory that they share. What COMMIT has confirmed is on the
  // disk, not only on its way. The table has row ids: without them, each value of 1 KiB would take a page of its own.
  database.exec(`
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = ${Math.ceil(room.journal / 8)};
    PRAGMA journal_size_limit = ${room.journal * PAGE / 4};
    PRAGMA temp_store = MEMORY;
    PRAGMA max_page_count = ${room.database};
    CREATE TABLE IF NOT EXISTS metaparticle_state (key TEXT PRIMARY KEY, expires INTEGER, value NOT NULL);
    CREATE INDEX IF NOT EXISTS metaparticle_state_expires ON metaparticle_state (expires) WHERE expires IS NOT NULL;
  `);
}

/** Divided so that the database says that it is full before the volume is. */
function roomOf(folder: string, size: number, file: string): Room {
  const { bavail, bsize } = statfsSync(folder);
  const own = [file, `${file}-wal`].map((each) => statSync(each, { throwIfNoEntry: false })?.size ?? 0);
  // a file system takes a part of the volume for itself
  const room = Math.min(size, bavail * bsize + own[0] + own[1]);
  const journal = Math.min(JOURNAL, room / 4);
  return { database: Math.max(1, Math.floor((room - journal) / PAGE)), journal: Math.floor(journal / PAGE) };
}

function cannotOpen(file: string, cause: unknown): StateError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (isBusy(cause)) {
    const sentence = `another process has ${file} since ${PATIENCE.time / 1000} s: each needs its own`;
    return new StateError(503, sentence, { cause });
  }
  if (isFull(cause)) {
    const sentence = `${file} cannot be opened, since its volume is full: make State.local({ size }) larger`;
    return new StateError(507, sentence, { cause });
  }
  const sentence = `${file} cannot be opened (${reason}): the volume must be writable for the user of the pod, and `
    + 'the file a database; if it is damaged, restore a copy, or move it away to start with empty state';
  return new StateError(503, sentence, { cause });
}
