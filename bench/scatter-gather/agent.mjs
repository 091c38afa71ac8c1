// Scatter and gather as one writes it with node:http: `node agent.mjs config.json`.
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';

const { port, leaves } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const agent = new Agent({ keepAlive: true });

createServer(async (req, res) => {
  try {
    const bodies = await Promise.all(leaves.map((leaf) => ask(leaf, req)));
    const text = JSON.stringify(bodies.flat());
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text);
  } catch (error) {
    res.writeHead(502).end(error.message);
  }
}).listen(port, process.env.LISTEN_ADDRESS);

function ask({ host, port }, { method, url: path, headers }) {
  return new Promise((resolve, reject) => {
    request({ agent, host, port, method, path, headers }, (res) => {
      if (res.statusCode !== 200) reject(new Error(`${host} answered ${res.statusCode}`));
      const chunks = [];
      res.on('data', (chunk) => chunks.push(chunk)).on('error', reject).on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()));
        } catch (error) {
          reject(error);
        }
      });
    }).on('error', reject).end();
  });
}
