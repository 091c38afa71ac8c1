import { closeSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** How much of a log's end is read for its last lines, in bytes. */
const TAIL = 64 * 1024;

/** A log of this size, in bytes, is emptied: nobody reads that far back, and a cluster may run for days. */
const LONGEST = 16 * 1024 * 1024;

/** The last lines of a file; none when it is not there. */
export function lastLines(file: string, count: number): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const { size } = fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, TAIL));
    readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString().trimEnd().split('\n').slice(-count).filter(Boolean);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Empties a file that has become too long; answers whether it had. Programs append to it, so they go on at its new
 * end.
 */
export function limitLength(file: string): boolean {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= LONGEST) return false;
  try {
    truncateSync(file);
  } catch {
    // it has just gone with its pod
  }
  return true;
}
