// runtime/router/waiting-room.ts
var MOST_ON_THEIR_WAY = 16;
var MOST_ENTRIES = 4;
var PAUSE = 100;
var BELIEVED = 300;
var LONGEST_PROBE = 3e3;
var LONGEST_WAY = 6e4;
async function wait(r) {
  const { room, patience, request_time: waited } = r.variables;
  const until = Date.now() + Number(patience) - 1e3 * Number(waited);
  let entries = Number(r.variables.entries);
  if (entries > 0) {
    leave(room);
    ngx.shared.rooms.delete(`up ${room}`);
    await pause();
  }
  while (Date.now() < until && entries < MOST_ENTRIES) {
    if (await isUp(r, room) && enter(room)) {
      r.variables.entries = String(++entries);
      return r.return(204);
    }
    await pause();
  }
  r.variables.entries = "0";
  r.return(403);
}
function pause() {
  return new Promise((resolve) => {
    setTimeout(resolve, PAUSE);
  });
}
async function isUp(r, room) {
  const { rooms } = ngx.shared;
  if (rooms.has(`up ${room}`)) return true;
  if (!rooms.add(`asking ${room}`, 1, LONGEST_PROBE)) return false;
  try {
    const { status } = await r.subrequest("//probe");
    const up = status !== 502 && status !== 504;
    if (up) rooms.set(`up ${room}`, 1, BELIEVED);
    return up;
  } finally {
    rooms.delete(`asking ${room}`);
  }
}
function enter(room) {
  const busy = ngx.shared.rooms.incr(`busy ${room}`, 1, 0, LONGEST_WAY);
  if (busy <= MOST_ON_THEIR_WAY) return true;
  leave(room);
  return false;
}
function leave(room) {
  ngx.shared.rooms.incr(`busy ${room}`, -1, 0, LONGEST_WAY);
}
function left(r) {
  if (Number(r.variables.entries) > 0) leave(r.variables.room);
  return "";
}
var waiting_room_default = { wait, left };
export {
  waiting_room_default as default
};
