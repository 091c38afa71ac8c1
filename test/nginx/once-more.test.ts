import { Chart, Duration, Testing } from 'cdk8s';
import { Backend, Spread } from 'cdk8s-metaparticle';
import { LocalCluster, RequestRecord } from 'cdk8s-metaparticle/testing';

/** Says which pod it is, and a second and a half later that it still is. */
const events = Backend.fromImage('node:24-alpine', {
  port: 8080,
  command: ['node', '-e', `
    require('http').createServer((req, res) => {
      if (req.url !== '/events') return res.end('ok');
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: ' + process.env.LISTEN_ADDRESS + '\\n\\n');
      setTimeout(() => res.end('data: still\\n\\n'), 1500);
    }).listen(8080, process.env.LISTEN_ADDRESS);
  `],
});

let cluster: LocalCluster;
afterEach(() => cluster?.stop());

test('an event stream that a frozen replica has got begins once more, and may be silent then too', async () => {
  const chart = new Chart(Testing.app(), 'test');
  const web = new Spread(chart, 'Web', {
    backend: events,
    replicas: 2,
    router: { replicas: 1, timeout: Duration.seconds(1), idleTimeout: Duration.seconds(12) },
  });
  // A router that starts after the pods knows them by their own addresses at once.
  cluster = await LocalCluster.start(chart, { dnsCache: Duration.seconds(0), hold: ['web-router'] });
  await cluster.release('web-router');
  const records: RequestRecord[] = [];
  cluster.on('request', (record) => records.push(record));
  const [frozen, other] = cluster.pods('web-backend');
  await cluster.pod(frozen.name).freeze();
  const answers = await Promise.all(Array.from({ length: 4 }, async () => {
    const answer = await cluster.fetch(web, '/events', { headers: { accept: 'text/event-stream' } });
    return answer.text();
  }));
  expect(answers).toEqual(Array(4).fill(`data: ${other.ip}\n\ndata: still\n\n`));
  // nginx has given the group up, which its name without a port says, and has begun anew.
  expect(records.map(({ upstream }) => upstream)).toContain(`${frozen.ip}:8080, web-backend : ${other.ip}:8080`);
});
