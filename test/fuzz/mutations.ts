/** How many rounds a test makes, and from where chance starts: `FUZZ_ROUNDS=1000000 FUZZ_SEED=2 npx jest fuzz`. */
export const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 4_000);
export const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** What attacks on the framing of requests and answers are made of. */
const PARTS = [
  '\r\n', '\r', '\n', '\r\n\r\n', ' ', '\t', '\0', '\x01', '\x7f', '\xff', ':', ': ', ';', ',', '0', '1', 'f', '-1',
  '+1',
  '0x1', '99999999999999999999', 'HTTP/1.1 200 OK\r\n', 'content-length: 0\r\n', 'content-length: 5\r\n',
  'content-length : 5\r\n', ' content-length: 5\r\n', 'content-length: 5, 5\r\n', 'transfer-encoding: chunked\r\n',
  'transfer-encoding: gzip, chunked\r\n', 'transfer-encoding: identity\r\n', 'transfer-encoding:\x0bchunked\r\n',
  'connection: close\r\n', 'upgrade: h2c\r\n', '0\r\n\r\n', '5\r\nabcde\r\n',
];

/**
 * One of some texts that something was done to, a few times.
 *
 * @param next numbers from 0 to 1
 * @param parts what may be put in, besides the parts of any HTTP message
 */
export function mutated(texts: readonly string[], next: () => number, parts: readonly string[] = []): string {
  const all = [...PARTS, ...parts];
  const pick = <T>(from: ArrayLike<T>) => from[Math.floor(next() * from.length)];
  let text = pick(texts);
  for (let times = Math.floor(next() * 4); times > 0; times--) {
    const at = Math.floor(next() * (text.length + 1));
    const length = Math.floor(next() * next() * 20);
    text = text.slice(0, at) + pick([
      () => pick(all) + text.slice(at),
      () => text.slice(at + length),
      () => String.fromCharCode(Math.floor(next() * 256)) + text.slice(at + 1),
      () => text.slice(at, at + length) + text.slice(at),
      () => pick(texts).slice(Math.floor(next() * 80)) + text.slice(at),
    ])();
  }
  return text;
}
