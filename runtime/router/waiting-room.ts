import type { NjsRequest } from './njs';

/**
 * How many requests of a router may be on their way through a waiting room at a time: a replica that has just started
 * would refuse a hundred at once.
 */
const MOST_ON_THEIR_WAY = 16;

/** How often one may be let in and find nobody: nginx sends a request to another location ten times at most. */
const MOST_ENTRIES = 4;

/** How often a request that waits looks again, in milliseconds. */
const PAUSE = 100;

/** For how long all that wait believe one of them that replicas take connections, in milliseconds. */
const BELIEVED = 300;

/** A script that ended in the middle of one is not waited for, in milliseconds. */
const LONGEST_PROBE = 3_000;
/** A request that was never seen to end does not count for ever, in milliseconds. */
const LONGEST_WAY = 60_000;

/**
 * Lets a request go on (204) as soon as its group takes connections, or refuses it (403) when the time is up. nginx
 * has not read its body by then.
 */
async function wait(r: NjsRequest): Promise<void> {
  const { room, patience, request_time: waited } = r.variables;
  const until = Date.now() + Number(patience) - 1000 * Number(waited);
  let entries = Number(r.variables.entries);
  if (entries > 0) {
    // It was let in, and nobody was there.
    leave(room!);
    ngx.shared.rooms.delete(`up ${room}`);
    await pause();
  }
  while (Date.now() < until && entries < MOST_ENTRIES) {
    if (await isUp(r, room!) && enter(room!)) {
      r.variables.entries = String(++entries);
      return r.return(204);
    }
    await pause();
  }
  r.variables.entries = '0';
  r.return(403);
}

function pause(): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, PAUSE); });
}

/** Whether a group takes connections: of all that wait in all worker processes, one at a time asks. */
async function isUp(r: NjsRequest, room: string): Promise<boolean> {
  const { rooms } = ngx.shared;
  if (rooms.has(`up ${room}`)) return true;
  if (!rooms.add(`asking ${room}`, 1, LONGEST_PROBE)) return false;
  try {
    const { status } = await r.subrequest('//probe');
    const up = status !== 502 && status !== 504;
    if (up) rooms.set(`up ${room}`, 1, BELIEVED);
    return up;
  } finally {
    rooms.delete(`asking ${room}`);
  }
}

function enter(room: string): boolean {
  const busy = ngx.shared.rooms.incr(`busy ${room}`, 1, 0, LONGEST_WAY);
  if (busy <= MOST_ON_THEIR_WAY) return true;
  leave(room);
  return false;
}

function leave(room: string): void {
  ngx.shared.rooms.incr(`busy ${room}`, -1, 0, LONGEST_WAY);
}

/** Counts a request out that has been answered: asked for as the condition of a log that nothing is written to. */
function left(r: NjsRequest): string {
  if (Number(r.variables.entries) > 0) leave(r.variables.room!);
  return '';
}

export default { wait, left };
