import { closeSync, openSync } from 'node:fs';
import * as path from 'node:path';

/** The longest path of a socket that the kernel takes, in bytes: one of its 108 ends it. */
const LONGEST = 107;

/**
 * Gives a path by which the kernel finds a socket while it is used: one that is too long goes by way of a descriptor
 * of its folder.
 */
export async function addressed<T>(socket: string, use: (address: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(socket) <= LONGEST) return use(socket);
  const folder = openSync(path.dirname(socket), 'r');
  try {
    return await use(`/proc/self/fd/${folder}/${path.basename(socket)}`);
  } finally {
    closeSync(folder);
  }
}
