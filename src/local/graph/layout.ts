import { append } from './append';

/*
 * Places a graph in columns, from left to right, as its arrows go. Patterns are shallow trees, so three simple rules
 * are enough. A node stands one column behind the last one that leads to it. A frame is placed together with what is
 * in it, as near as there is room to what it is connected with. An arrow that skips columns has a place of its own in
 * each of them, so that it goes around what stands there.
 */

/** What is to be placed. */
export interface Item {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** The frame that it is in. */
  readonly frame?: string;
}

export interface Link {
  readonly from: string;
  readonly to: string;
  /** Room for the text beside it. */
  readonly width: number;
}

export interface Box { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export interface Point { readonly x: number; readonly y: number }

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly frames: ReadonlyMap<string, Box>;
  /** For each link, from its beginning to its end; of one to where it comes from, only the corner of that box. */
  readonly paths: readonly (readonly Point[])[];
}

const GAP = { column: 56, row: 16, unit: 24, frame: 14, title: 22 };
/** How high a place is that an arrow has between nodes. */
const LANE = 6;

interface Placed extends Item { readonly column: number }

/** What is placed as one: a frame, or something without one. */
interface Unit {
  readonly frame?: string;
  readonly members: Placed[];
}

/**
 * Places everything that is connected, left to right.
 * @param links between items that are there
 */
export function layout(items: readonly Item[], links: readonly Link[]): Layout {
  const columns = columnsOf(items, links);
  const { places, chains } = lanes(items, links, columns);
  const neighbours = neighboursOf(chains);
  const units = unitsOf(places, neighbours);
  const middles = new Map<string, number>();
  const frames = new Map<string, Box>();
  const { starts, widths } = acrossOf(places, links, columns);
  const floor: number[] = [];
  for (const unit of units) placeUnit(unit);
  const boxes = new Map<string, Box>(places.map(({ id, width, height, column }) => [id, {
    x: starts[column] + (widths[column] - width) / 2, y: middles.get(id)! - height / 2, width, height,
  }]));
  const paths = chains.map((chain, index) => pathOf(chain, links[index].from, boxes));
  return { ...sizeOf([...boxes.values(), ...frames.values()]), boxes, frames, paths };

  /** Puts a unit where its neighbours are, below all that is in its columns already. */
  function placeUnit({ frame, members }: Unit): void {
    const byColumn = new Map<number, Placed[]>();
    for (const member of members) append(byColumn, member.column, member);
    const heights = [...byColumn].map(([column, stack]) => [column, heightOf(stack)] as const);
    const inner = Math.max(...heights.map(([, height]) => height));
    const [above, below] = frame === undefined ? [0, 0] : [GAP.title, GAP.frame];
    const all = [...byColumn.keys()];
    const [first, last] = [Math.min(...all), Math.max(...all)];
    let top = 0;
    for (let column = first; column <= last; column++) top = Math.max(top, floor[column] ?? 0);
    const wanted = wantedOf(members);
    top = Math.max(top, wanted === undefined ? 0 : wanted - inner / 2 - above);
    for (const [column, height] of heights) {
      let y = top + above + (inner - height) / 2;
      for (const member of sorted(byColumn.get(column)!)) {
        middles.set(member.id, y + member.height / 2);
        y += member.height + GAP.row;
      }
    }
    const bottom = top + above + inner + below;
    for (let column = first; column <= last; column++) floor[column] = bottom + (inner > LANE ? GAP.unit : LANE);
    if (frame === undefined) return;
    const x = starts[first] - GAP.frame;
    frames.set(frame, {
      x, y: top, width: starts[last] + widths[last] + GAP.frame - x, height: bottom - top,
    });
  }

  /** The middle of what a unit is connected with, as far as that has its place. */
  function wantedOf(members: readonly Placed[]): number | undefined {
    const known = members.flatMap(({ id }) => (neighbours.get(id) ?? []).flatMap((each) => middles.get(each) ?? []));
    return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0) / known.length;
  }

  /** Those first whose neighbours are above: arrows cross less. Others stay in their order. */
  function sorted(stack: readonly Placed[]): Placed[] {
    const known = stack.map((each) => wantedOf([each]));
    return stack.map((each, index) => ({ each, at: known[index] ?? known.find((one) => one !== undefined) ?? 0 }))
      .sort((a, b) => a.at - b.at)
      .map(({ each }) => each);
  }
}

/** The column of each item: behind all that lead to it; without those, just before what it leads to. */
function columnsOf(items: readonly Item[], links: readonly Link[]): Map<string, number> {
  const next = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  const leadTo = new Map<string, number>(items.map(({ id }) => [id, 0]));
  for (const { from, to } of withoutCycles(items, links)) {
    next.get(from)!.push(to);
    leadTo.set(to, leadTo.get(to)! + 1);
  }
  const columns = new Map<string, number>();
  const begins = items.filter(({ id }) => leadTo.get(id) === 0).map(({ id }) => id);
  const ready = [...begins];
  for (const id of begins) columns.set(id, 0);
  // Grows while it is gone through: each item comes when all before it have.
  for (const id of ready) {
    for (const to of next.get(id)!) {
      columns.set(to, Math.max(columns.get(to) ?? 0, columns.get(id)! + 1));
      leadTo.set(to, leadTo.get(to)! - 1);
      if (leadTo.get(to) === 0) ready.push(to);
    }
  }
  for (const id of begins) {
    const after = next.get(id)!.map((to) => columns.get(to)!);
    if (after.length > 0) columns.set(id, after.reduce((a, b) => Math.min(a, b)) - 1);
  }
  return columns;
}

/** The links, with those turned round that would close a circle. */
function withoutCycles(items: readonly Item[], links: readonly Link[]): { from: string; to: string }[] {
  const next = new Map<string, string[]>(items.map(({ id }) => [id, []]));
  for (const { from, to } of links) if (from !== to) next.get(from)!.push(to);
  const order = new Map<string, number>();
  const seen = new Set<string>();
  const left = (id: string) => order.set(id, order.size);
  for (const { id: begin } of items) {
    // A stack of its own: a chain of calls may be longer than the one of the program.
    const open: { id: string; at: number }[] = [];
    const enter = (id: string) => {
      if (seen.has(id)) return;
      seen.add(id);
      open.push({ id, at: 0 });
    };
    enter(begin);
    while (open.length > 0) {
      const top = open.at(-1)!;
      const to = next.get(top.id)![top.at++];
      if (to !== undefined) enter(to);
      else left(open.pop()!.id);
    }
  }
  // What is left later comes before what is left earlier, but for links that close a circle.
  return links.filter(({ from, to }) => from !== to).map(({ from, to }) => (
    order.get(from)! > order.get(to)! ? { from, to } : { from: to, to: from }
  ));
}

/** A place in each column that a link skips. */
function lanes(
  items: readonly Item[], links: readonly Link[], columns: ReadonlyMap<string, number>,
): { places: Placed[]; chains: string[][] } {
  const frames = new Map(items.map(({ id, frame }) => [id, frame]));
  const places: Placed[] = items.map((item) => ({ ...item, column: columns.get(item.id)! }));
  const chains = links.map(({ from, to }, index) => {
    if (from === to) return [from];
    const [left, right] = columns.get(from)! < columns.get(to)! ? [from, to] : [to, from];
    const frame = frames.get(left) === frames.get(right) ? frames.get(left) : undefined;
    const chain = [left];
    for (let column = columns.get(left)! + 1; column < columns.get(right)!; column++) {
      const id = `lane ${index} ${column}`;
      places.push({ id, width: 0, height: LANE, frame, column });
      chain.push(id);
    }
    return [...chain, right];
  });
  return { places, chains };
}

function neighboursOf(chains: readonly (readonly string[])[]): Map<string, string[]> {
  const neighbours = new Map<string, string[]>();
  for (const chain of chains) {
    chain.slice(1).forEach((id, index) => {
      append(neighbours, chain[index], id);
      append(neighbours, id, chain[index]);
    });
  }
  return neighbours;
}

/** The units, each after one that it is connected with: frames first, since the others find a place beside them. */
function unitsOf(places: readonly Placed[], neighbours: ReadonlyMap<string, readonly string[]>): Unit[] {
  const framed = new Map<string, Unit>();
  const of = new Map<string, Unit>();
  for (const place of places) {
    const { frame } = place;
    const unit: Unit = (frame === undefined ? undefined : framed.get(frame)) ?? { frame, members: [] };
    if (frame !== undefined) framed.set(frame, unit);
    unit.members.push(place);
    of.set(place.id, unit);
  }
  const all = [...new Set([...framed.values(), ...of.values()])];
  const units = new Set<Unit>();
  for (const begin of all) {
    units.add(begin);
    // Its own satellites first, then what is behind them.
    for (const { id } of begin.members) {
      for (const each of neighbours.get(id) ?? []) if (of.get(each)!.frame === undefined) units.add(of.get(each)!);
    }
  }
  return [...units];
}

/** Where each column begins, and how wide it is. */
function acrossOf(
  places: readonly Placed[], links: readonly Link[], columns: ReadonlyMap<string, number>,
): { starts: number[]; widths: number[] } {
  const widths: number[] = [];
  for (const { column, width } of places) widths[column] = Math.max(widths[column] ?? 0, width);
  const gaps: number[] = widths.map(() => GAP.column);
  for (const { from, to, width } of links) {
    const column = Math.min(columns.get(from)!, columns.get(to)!);
    gaps[column] = Math.max(gaps[column], GAP.column + width);
  }
  const starts: number[] = [];
  widths.forEach((_, column) => {
    starts[column] = column === 0 ? GAP.frame : starts[column - 1] + widths[column - 1] + gaps[column - 1];
  });
  return { starts, widths };
}

function heightOf(stack: readonly Placed[]): number {
  return stack.reduce((sum, { height }) => sum + height + GAP.row, -GAP.row);
}

/** From the right side of one box to the left side of the next one, in the direction of the link. */
function pathOf(chain: readonly string[], from: string, boxes: ReadonlyMap<string, Box>): Point[] {
  const points = chain.flatMap((id, index) => {
    const { x, y, width, height } = boxes.get(id)!;
    if (chain.length === 1) return [{ x: x + width, y }];
    const middle = y + height / 2;
    return [...index > 0 ? [{ x, y: middle }] : [], ...index < chain.length - 1 ? [{ x: x + width, y: middle }] : []];
  });
  return chain[0] === from ? points : points.reverse();
}

function sizeOf(boxes: readonly Box[]): { width: number; height: number } {
  let [width, height] = [0, 0];
  for (const box of boxes) {
    width = Math.max(width, box.x + box.width);
    height = Math.max(height, box.y + box.height);
  }
  return { width, height };
}
