import { randomBytes } from 'crypto';
import { Chart, Duration, Testing } from 'cdk8s';
import { WebSocket } from 'ws';
import { clusterPerTest, describeOn, Engine, testNeeding } from './engine';
import { quickly } from './liveness';
import { failures, reached, until } from './load';
import { spreadPerTest, who } from './spread-per-test';
import { Backend, Code, Spread } from 'cdk8s-metaparticle';

/**
 * A server of its own that does what functions do not: it echoes WebSocket messages. Also counts uploads and streams
 * events.
 */
const server = Backend.fromImage('node:24-alpine', {
  port: 8080,
  command: ['node', '-e', `
    const { createHash } = require('crypto');
    require('http').createServer((req, res) => {
      if (req.url === '/events') {
        res.writeHead(200, { 'content-type': 'text/event-stream' });
        let n = 0;
        const timer = setInterval(() => { res.write('data: ' + ++n + '\\n\\n'); if (n === 3) { clearInterval(timer); res.end(); } }, 300);
        return;
      }
      let bytes = 0;
      const hash = createHash('sha256');
      req.on('data', (part) => { bytes += part.length; hash.update(part); }).on('end', () => res.end(bytes + ' ' + hash.digest('hex')));
    }).on('upgrade', (req, socket) => {
      const accept = createHash('sha1').update(req.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nupgrade: websocket\\r\\nconnection: Upgrade\\r\\nsec-websocket-accept: ' + accept + '\\r\\n\\r\\n');
      // One short masked frame at a time is all that this client sends: back it goes, unmasked.
      socket.on('data', (frame) => {
        const length = frame[1] & 127, mask = frame.subarray(2, 6), text = frame.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]);
        socket.write(Buffer.concat([Buffer.from([frame[0], length]), text]));
      }).on('error', () => {});
    }).listen(8080, process.env.LISTEN_ADDRESS);
  `],
});

export function spreadBehaviour(engine: Engine): void {
  describeOn(engine, 'Spread', () => {
    const start = spreadPerTest(engine);
    const startChart = clusterPerTest(engine);

    test('3,000 requests of 8 kept-alive clients are spread evenly over 3 replicas', async () => {
      const [running, web] = await start(who, { replicas: 3 }, { freshDns: true });
      await running.routersKnowPods();
      const outcomes = await running.load(web, { clients: 8, count: 3000 }).done();
      expect(failures(outcomes)).toEqual([]);
      const counts = new Map<string, number>();
      for (const { body } of outcomes) counts.set(body, (counts.get(body) ?? 0) + 1);
      expect(counts.size).toBe(3);
      expect(Math.max(...counts.values()) / Math.min(...counts.values())).toBeLessThanOrEqual(1.15);
    }, 90_000);

    testNeeding('signals', engine, 'GETs caught in a frozen replica are answered by another, and it is left alone once DNS has heard of its failed probe', async () => {
      const [running, web] = await start(
        who, { replicas: 2, router: { timeout: Duration.seconds(2) } }, { freshDns: true },
      );
      await running.routersKnowPods();
      const [frozen] = running.pods('web-backend');
      const load = running.load(web, { clients: 8, pause: 20 });
      await reached(load, 100);
      await running.pod(frozen.name).freeze();
      await running.pod(frozen.name).notReady();
      await running.routersKnowPods();
      const before = load.outcomes.length;
      await reached(load, before + 500);
      const outcomes = await load.stop();
      expect(failures(outcomes)).toEqual([]);
      expect(Math.max(...outcomes.map(({ milliseconds }) => milliseconds))).toBeLessThan(2_000 * 2);
      expect(outcomes.slice(before + 8).filter(({ milliseconds }) => milliseconds > 1_500)).toEqual([]);
      await running.pod(frozen.name).thaw();
    }, 120_000);

    test('a router that was up long before its backends answers within 2 s of the first ready pod', async () => {
      const [running, web] = await start(who, {}, { hold: ['web-backend'] });
      const load = running.load(web, { clients: 1, pause: 50 });
      // Long enough that "no such name" is cached. Counted in time, because a kernel refuses only one connection a
      // second to a Service without pods: the others wait for the router's time-out.
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      expect(load.outcomes.filter(({ status }) => status !== 502 && status !== 504)).toEqual([]);
      await running.release('web-backend');
      await Promise.race(running.pods('web-backend').map(({ name }) => running.pod(name).ready()));
      const started = performance.now();
      await until(() => load.outcomes.at(-1)!.status === 200);
      expect(performance.now() - started).toBeLessThan(2_000);
      const from = load.outcomes.findIndex(({ status }) => status === 200);
      await reached(load, load.outcomes.length + 100);
      expect(failures((await load.stop()).slice(from))).toEqual([]);
    });

    test('a pod whose function computes for ever is restarted', async () => {
      const endless = Backend.fromFunction(
        Code.fromInline("(request) => { while (request.path === '/forever'); return 'done'; }"),
      );
      const chart = new Chart(Testing.app(), 'test');
      const web = new Spread(chart, 'Web', { backend: endless, replicas: 1 });
      quickly(web, 'web-backend');
      const cluster = await startChart(chart);
      const [{ name }] = cluster.pods('web-backend');
      expect(await cluster.fetch(web, '/').then((answer) => answer.text())).toBe('done');
      // A POST: a GET would be given to the next pod, and hang that.
      const caught = await cluster.fetch(web, '/forever', { method: 'POST' });
      expect(caught.status).toBe(502);
      await cluster.pod(name).notReady();
      await cluster.pod(name).ready();
      expect(cluster.pods('web-backend')).toMatchObject([{ name, restarts: 1 }]);
      expect(await cluster.fetch(web, '/').then((answer) => answer.text())).toBe('done');
    });

    test('a WebSocket passes', async () => {
      const [running, web] = await start(server);
      const { host, port } = await running.address(web);
      const socket = new WebSocket(`ws://${host}:${port}/`);
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
      const echoed = new Promise((resolve) => socket.once('message', (data) => resolve(`${data}`)));
      socket.send('hello');
      expect(await echoed).toBe('hello');
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.terminate();
      await closed;
    });

    test('an upload of 50 MB passes unchanged', async () => {
      const [running, web] = await start(server);
      const body = randomBytes(50 * 1024 * 1024);
      const answer = await running.fetch(web, '/', { method: 'POST', body });
      const digest = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex');
      expect(await answer.text()).toBe(`${body.length} ${digest}`);
    });

    test('server-sent events arrive as they are sent', async () => {
      const [running, web] = await start(server);
      const answer = await running.fetch(web, '/events');
      const arrivals: number[] = [];
      let text = '';
      for await (const part of answer.body!.pipeThrough(new TextDecoderStream())) {
        arrivals.push(performance.now());
        text += part;
      }
      expect(text).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n');
      expect(arrivals.length).toBe(3);
      expect(arrivals[2] - arrivals[0]).toBeGreaterThan(400);
    });
  });
}
