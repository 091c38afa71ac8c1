import { Box, Item, layout, Layout, Link, Point } from './layout';

/** Wide enough for a page, and not much higher than wide. */
const ASPECT = 1.4;
const GAP = 40;

/** Places each part that is connected by itself, and then these in rows, as words on a page. */
export function packed(items: readonly Item[], links: readonly Link[]): Layout {
  const parts = partsOf(items, links).map((part) => ({ ...part, ...layout(part.items, part.links) }));
  const area = parts.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const most = Math.max(Math.sqrt(area * ASPECT), ...parts.map(({ width }) => width));
  const [boxes, frames, paths] = [new Map<string, Box>(), new Map<string, Box>(), new Map<Link, readonly Point[]>()];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > most) [x, y, rowHeight] = [0, y + rowHeight + GAP, 0];
    const moved = <P extends Point>(at: P): P => ({ ...at, x: at.x + x, y: at.y + y });
    for (const [id, box] of part.boxes) boxes.set(id, moved(box));
    for (const [id, box] of part.frames) frames.set(id, moved(box));
    part.paths.forEach((path, index) => paths.set(part.links[index], path.map(moved)));
    width = Math.max(width, x + part.width);
    x += part.width + GAP;
    rowHeight = Math.max(rowHeight, part.height);
  }
  return { width, height: y + rowHeight, boxes, frames, paths: links.map((link) => paths.get(link)!) };
}

/** What is connected, by links or by a frame, in the order of the items. */
function partsOf(items: readonly Item[], links: readonly Link[]): { items: Item[]; links: Link[] }[] {
  const leaders = new Map<string, string>();
  const leaderOf = (id: string): string => {
    let leader = id;
    while (leaders.has(leader)) leader = leaders.get(leader)!;
    // The way is short from now on.
    for (let at = id; at !== leader;) {
      const next = leaders.get(at)!;
      leaders.set(at, leader);
      at = next;
    }
    return leader;
  };
  const join = (a: string, b: string) => {
    const [first, second] = [leaderOf(a), leaderOf(b)];
    if (first !== second) leaders.set(second, first);
  };
  for (const { from, to } of links) join(from, to);
  for (const { id, frame } of items) if (frame !== undefined) join(id, `frame ${frame}`);
  const parts = new Map<string, { items: Item[]; links: Link[] }>();
  for (const item of items) {
    const leader = leaderOf(item.id);
    if (!parts.has(leader)) parts.set(leader, { items: [], links: [] });
    parts.get(leader)!.items.push(item);
  }
  for (const link of links) parts.get(leaderOf(link.from))!.links.push(link);
  return [...parts.values()];
}
