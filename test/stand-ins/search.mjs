// Stands in for the image of examples/search: finds words in the documents of one shard. A document is a line of a
// file, to which it only appends. A line is on the disk before its write is confirmed, and all are read at the start.
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { unescape } from 'node:querystring';
import { text } from 'node:stream/consumers';

const { LISTEN_ADDRESS, PORT, DATA_DIR, SHARD } = process.env;

/** Of each document, by its id. */
const words = new Map();
const wordsOf = (some) => some.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** One without a text is deleted. */
function apply({ id, text: body }) {
  if (body === undefined) words.delete(id);
  else words.set(id, wordsOf(body));
}

const file = await open(join(DATA_DIR, 'docs.jsonl'), 'a+');
const stored = await file.readFile();
// What comes after the last end of a line was never confirmed: its writer was killed.
let end = stored.lastIndexOf('\n') + 1;
await file.truncate(end);
for (const line of stored.toString('utf8', 0, end).split('\n').slice(0, -1)) apply(JSON.parse(line));
// The name of a new file is in its folder, which has to be on the disk as well.
const folder = await open(DATA_DIR);
await folder.sync();
await folder.close();

/** Writes one after the other; answers false where the disk is full. Any other failure ends the process. */
let last = Promise.resolve();
function keep(entry) {
  last = last.then(async () => {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    try {
      await file.appendFile(line);
      await file.datasync();
    } catch (error) {
      if (error.code !== 'ENOSPC') throw error;
      await file.truncate(end);
      return false;
    }
    end += line.length;
    apply(entry);
    return true;
  });
  return last;
}

/** The ten documents of whose words most are those that are wanted. */
function search(wanted) {
  const hits = [...words]
    .map(([id, all]) => ({ id, score: all.filter((each) => wanted.includes(each)).length / all.length, shard: +SHARD }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  return { total: hits.length, hits: hits.slice(0, 10) };
}

async function answer({ method, url }, body) {
  const [path, query] = url.split('?');
  if (path === '/health') return [200, 'ok'];
  if (path === '/search') return [200, search(wordsOf(new URLSearchParams(query).get('q') ?? ''))];
  const id = unescape(/^\/docs\/([^/]+)$/.exec(path)?.[1] ?? '');
  if (id !== '' && (method === 'PUT' || method === 'DELETE')) {
    const kept = await keep({ id, text: method === 'PUT' ? body : undefined });
    return kept ? [204] : [507, 'the disk is full'];
  }
  return words.has(id) ? [200, { id, words: words.get(id).length, shard: +SHARD }] : [404, 'there is no such document'];
}

let ending = false;
async function respond(request, body, response) {
  const [status, said] = await answer(request, body);
  if (ending) response.setHeader('connection', 'close');
  if (typeof said === 'object') response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(typeof said === 'object' ? JSON.stringify(said) : said);
}

// A client that goes away before it has sent everything has asked for nothing.
const server = createServer((request, response) => {
  text(request).then((body) => respond(request, body, response), () => {});
});
process.on('SIGTERM', () => {
  ending = true;
  server.close(() => process.exit());
});
server.listen(PORT, LISTEN_ADDRESS);
