import { Box, Item, layout, Layout, Link } from '../../../src/local/graph/layout';
import { packed } from '../../../src/local/graph/pack';
import { random } from '../../random';

const item = (id: string, frame?: string): Item => ({ id, width: 100, height: 40, frame });
const link = (from: string, to: string): Link => ({ from, to, width: 0 });
const placed = (names: string, ...pairs: string[]) => layout(
  [...names].map((name) => item(name)), pairs.map((pair) => link(pair[0], pair[1])),
);
const columnsOf = ({ boxes }: Layout) => Object.fromEntries([...boxes].filter(([id]) => id.length === 1).map(
  ([id, { x }]) => [id, Math.round(x)],
));

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test('each stands one column behind the last that leads to it', () => {
  const { a, b, c } = columnsOf(placed('abc', 'ab', 'bc', 'ac'));
  expect([b - a, c - b]).toEqual([156, 156]);
});

test('what nothing leads to stands just before what it leads to', () => {
  const { b, d } = columnsOf(placed('abcd', 'ab', 'bc', 'dc'));
  expect(d).toBe(b);
});

test('a circle is drawn, with one arrow that leads back', () => {
  const { paths } = placed('abc', 'ab', 'bc', 'ca');
  expect(paths.map((path) => Math.sign(path.at(-1)!.x - path[0].x))).toEqual([1, 1, -1]);
});

test('what leads to itself has a path of one point', () => {
  expect(placed('a', 'aa').paths).toEqual([[{ x: 114, y: 0 }]]);
});

test('an arrow goes around what stands between', () => {
  const { boxes, paths } = placed('abc', 'ab', 'bc', 'ac');
  const between = boxes.get('b')!;
  for (const { x, y } of paths[2].slice(1, -1)) expect(overlap({ x, y, width: 0, height: 0 }, between)).toBe(false);
  expect(paths[2]).toHaveLength(4);
});

test('nothing is on top of anything else, and each frame holds its own and nothing more', () => {
  const next = random(7);
  const below = (limit: number) => Math.floor(next() * limit);
  for (let round = 0; round < 200; round++) {
    const count = 1 + below(25);
    const items = Array.from({ length: count }, (_, index) => ({
      id: `n${index}`,
      width: 20 + below(150),
      height: 20 + below(60),
      frame: below(3) > 0 ? `f${below(4)}` : undefined,
    }));
    const links = Array.from({ length: below(40) }, () => (
      link(`n${below(count)}`, `n${below(count)}`)
    ));
    const { boxes, frames, width, height } = packed(items, links);
    const all = items.map(({ id, frame }) => ({ frame, box: boxes.get(id)! }));
    for (const [index, { box }] of all.entries()) {
      expect(all.slice(index + 1).filter((other) => overlap(box, other.box))).toEqual([]);
    }
    for (const [id, around] of frames) {
      expect(all.filter(({ frame, box }) => overlap(around, box) !== (frame === id))).toEqual([]);
      expect([...frames].filter(([other, frame]) => other !== id && overlap(around, frame))).toEqual([]);
    }
    for (const { x, y, ...box } of [...boxes.values(), ...frames.values()]) {
      expect(x >= 0 && y >= 0 && x + box.width <= width && y + box.height <= height).toBe(true);
    }
  }
});

test('parts that are not connected fill a page, and no endless column', () => {
  const names = Array.from({ length: 400 }, (_, index) => `n${index}`);
  const { width, height } = packed(names.map((name) => item(name)), []);
  expect(width / height).toBeGreaterThan(0.8);
  expect(width / height).toBeLessThan(2.5);
});
