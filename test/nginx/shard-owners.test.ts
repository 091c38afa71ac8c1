import { Agent, request } from 'http';
import { Nginx } from './nginx';
import { shardLines } from '../../src/nginx/shard-route';
import { ownerOf } from '../../src/sharding/owner';
import { rangesOf } from '../../src/sharding/ranges';
import { random } from '../random';

/** Keys as they come: short and long, ASCII and not. A header's value cannot begin or end with a space. */
function oddKeys(count: number): Buffer[] {
  const next = random(20_240_517);
  const below = (limit: number) => Math.floor(next() * limit);
  const unicode = ['ä', 'é', 'ß', '你', '好', 'Ж', '😀', '🏳️‍🌈', 'ﷺ', '\u0301'];
  return Array.from({ length: count }, (_, index) => {
    switch (index % 5) {
      case 0: return Buffer.from(`user-${index}`);
      case 1: return Buffer.from(Array.from({ length: 1 + below(12) }, () => unicode[below(unicode.length)]).join(''));
      case 2: return Buffer.from(`${index}-${'x'.repeat(below(3000))}`);
      case 3: {
        const plain = Array.from({ length: 1 + below(20) }, () => 0xa1 + below(0xd700));
        return Buffer.from(String.fromCodePoint(...plain, 0x10000 + below(0x100000)));
      }
      default: {
        const ascii = Array.from({ length: 1 + below(30) }, () => 0x21 + below(0x5e));
        return Buffer.from(String.fromCharCode(...ascii));
      }
    }
  });
}

test.each([
  1, 2, 8, 64, 128,
])('nginx and shardOf agree on the owner of 2,500 odd keys among %d shards', async (shards) => {
  const windows = rangesOf(shards);
  const nginx = await Nginx.start([], [
    'large_client_header_buffers 4 64k;',
    ...shardLines({ kind: 'shard', key: { from: 'header', name: 'x-key' }, windows }).variables,
    'server { listen LISTEN; keepalive_requests 100000; location / { return 200 $shard; } }',
  ]);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  try {
    const shardOf = (key: Buffer) => new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port: nginx.port, agent, headers: { 'x-key': key.toString('latin1') } }, (res) => {
        let body = '';
        res.on('data', (part) => { body += part; }).on('end', () => resolve(Number(body)));
      }).on('error', reject).end();
    });
    const keys = oddKeys(2500);
    expect(await Promise.all(keys.map(shardOf))).toEqual(keys.map((key) => ownerOf(key, shards)));
  } finally {
    agent.destroy();
    await nginx.stop();
  }
});
