import { server, service } from './manifests';
import { importsSqlite } from '../../src/local/images/sqlite';
import { ObjectStore } from '../../src/local/manifests/object-store';
import { ClusterEvent, LocalCluster } from '../../src/local/testing';

const PROGRAM = `
import http from 'node:http';
import { DatabaseSync } from 'node:sqlite';
const db = new DatabaseSync(process.env.STATE + '/a.db');
db.exec('CREATE TABLE IF NOT EXISTS visits (at)');
http.createServer((request, response) => {
  db.exec('INSERT INTO visits VALUES (1)');
  const { count } = db.prepare('SELECT count(*) AS count FROM visits').get();
  const guarded = !process.permission.has('fs.read', '/etc/passwd');
  response.end(JSON.stringify({ count, guarded, version: process.versions.node }));
}).listen(8080, process.env.LISTEN_ADDRESS);
`;

const configMap = (name: string, data: Record<string, string>) => ({
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data,
});

test('a pod whose program imports node:sqlite gets a Node that has it, and so do its probes', async () => {
  const messages: string[] = [];
  const cluster = await LocalCluster.start([
    configMap('program', { 'server.mjs': PROGRAM }),
    service('web'),
    server('web', {
      env: [{
        name: 'NODE_OPTIONS',
        value: '--permission --allow-fs-read=/opt/program --allow-fs-read=/run/state --allow-fs-write=/run/state',
      }],
      container: {
        args: ['node', '/opt/program/server.mjs'],
        startupProbe: { exec: { command: ['node', '-e', 'require("node:sqlite")'] }, periodSeconds: 1 },
      },
    }),
  ], { onEvent: ({ message }: ClusterEvent) => messages.push(message) });
  try {
    const { count, guarded, version }: any = await (await cluster.fetch('web', '/')).json();

    expect(count).toBeGreaterThan(0);
    expect(guarded).toBe(true);
    const [major, minor] = version.split('.').map(Number);
    expect(major * 100 + minor).toBeGreaterThanOrEqual(2213);
  } finally {
    await cluster.stop();
  }
}, 300_000);

test.each([
  ['imports it', { 'a.mjs': 'import { DatabaseSync } from "node:sqlite";' }, true],
  ['imports all of it', { 'a.js': "import*as sqlite from'node:sqlite'" }, true],
  ['asks for it only later', { 'a.mjs': 'await import("node:sqlite"); require("node:sqlite")' }, false],
  ['speaks of it', { 'a.mjs': '// from node:sqlite' }, false],
  ['is no module', { 'a.txt': 'import "node:sqlite";' }, false],
])('a file that %s (%j) needs it: %s', (_, data, expected) => {
  const store = new ObjectStore([configMap('program', data)]);
  const { containers: [container], ...pod } = server('web').spec.template.spec;

  expect(importsSqlite(container, pod, 'default', store)).toBe(expected);
  expect(importsSqlite({ ...container, volumeMounts: [] }, pod, 'default', store)).toBe(false);
  const volumes = [{ name: 'program', projected: { sources: [{ secret: { name: 's' } }, { configMap: { name: 'program' } }] } }];
  expect(importsSqlite(container, { ...pod, volumes }, 'default', store)).toBe(expected);
});
