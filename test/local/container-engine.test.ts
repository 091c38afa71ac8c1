import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program, server, service } from './manifests';
import { LocalCluster } from '../../src/local/testing';

/** Stands in for docker, which is not on every machine: a container is a server that answers what it was run with. */
const DOCKER = `#!${process.execPath}
const fs = require('node:fs'), http = require('node:http'), path = require('node:path');
const [verb, ...args] = process.argv.slice(2);
const folder = __dirname + '/containers';
fs.mkdirSync(folder, { recursive: true });
const value = (name) => args.filter((_, i) => args[i - 1] === name);
const pid = (name) => Number(fs.readFileSync(path.join(folder, name)));
if (verb === 'run') {
  const [name] = value('--name');
  const [ip, port] = value('--publish')[0].split(':');
  const server = http.createServer((request, response) => response.end(JSON.stringify(args)));
  server.listen(port, ip, () => fs.writeFileSync(path.join(folder, name), String(process.pid)));
  process.on('SIGTERM', () => { fs.rmSync(path.join(folder, name)); process.exit(); });
}
if (verb === 'kill') process.kill(pid(args[2]), args[1]);
if (verb === 'ps') for (const name of fs.readdirSync(folder)) console.log(name);
if (verb === 'rm') for (const name of args.slice(1)) fs.rmSync(path.join(folder, name));
if (verb === 'exec') process.exit(args[1] === 'check' && process.kill(pid(args[0]), 0) ? 0 : 1);
`;

let folder: string;
const path = process.env.PATH;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docker-'));
  writeFileSync(join(folder, 'docker'), DOCKER);
  chmodSync(join(folder, 'docker'), 0o755);
  process.env.PATH = folder;
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true });
});

const users = server('users', {
  pod: { hostAliases: [{ ip: '10.0.0.5', hostnames: ['db.example'] }] },
  container: {
    image: 'ghcr.io/acme/users:1.4.2',
    command: ['/app/users'],
    args: ['--pod', '$(POD)'],
    env: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    readinessProbe: { exec: { command: ['check'] }, periodSeconds: 1 },
  },
});

test('another image runs in a container, on the address of its pod, with its files, its hosts and its environment, and is ended with it', async () => {
  const cluster = await LocalCluster.start([program, users, service('users')]);
  const [{ name, ip }] = cluster.pods();
  const args: string[] = await fetch(`http://${ip}:8080/`).then((response) => response.json() as any);
  expect(args.slice(args.indexOf('--entrypoint'))).toEqual(
    ['--entrypoint', '/app/users', 'ghcr.io/acme/users:1.4.2', '--pod', name],
  );
  expect(args).toEqual(expect.arrayContaining([
    `${ip}:8080:8080`, `POD=${name}`, 'LISTEN_ADDRESS=0.0.0.0', expect.stringMatching(
      /^\/.*\/volumes\/program:\/opt\/program:ro$/,
    ), name,
    expect.stringMatching(/^\/.*\/volumes\/state:\/run\/state$/), 'db.example:10.0.0.5',
  ]));
  await cluster.stop();
  expect(readdirSync(join(folder, 'containers'))).toEqual([]);
});

test('a killed container is removed and started again', async () => {
  await using cluster = await LocalCluster.start([program, users]);
  const pod = cluster.pod(cluster.pods()[0].name);
  const file = join(folder, 'containers', `${pod.name}-server`);
  const first = readFileSync(file, 'utf8');
  await pod.kill();
  await pod.ready();
  expect(pod.status.restarts).toBe(1);
  expect(existsSync(file)).toBe(true);
  expect(readFileSync(file, 'utf8')).not.toBe(first);
});
