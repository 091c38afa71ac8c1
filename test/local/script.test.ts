import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { program, server, service } from './manifests';

const run = promisify(execFile);

/** Awaits one thing after the other, as the last lines of a program do, and leaves no handle of its own. */
const STEPS = `
  const cluster = await LocalCluster.start(JSON.parse(process.argv[1]));
  const pod = cluster.pod(cluster.pods()[0].name);
  console.log(await (await cluster.fetch('web', '/')).text() === pod.name);
  await pod.kill();
  await pod.ready();
  await cluster.scale('web', 2);
  await cluster.rollout('web');
  await cluster.pod(cluster.pods()[0].name).delete();
  await cluster.apply([]);
  await cluster.stop();
  for await (const request of cluster.requests()) console.log(request);
  console.log('done');
`;

test.each([
  [
    'a CommonJS script',
    'commonjs',
    `const { LocalCluster } = require('./src/local/testing.ts'); (async () => {${STEPS}})()`,
  ],
  [
    'an ES module',
    'module',
    `import testing from './src/local/testing.ts'; const { LocalCluster } = testing; ${STEPS}`,
  ],
])('%s gets everything that it awaits, and ends by itself after that', async (_, type, code) => {
  const manifests = JSON.stringify([program, server('web'), service('web')]);
  const { stdout } = await run(
    process.execPath, [
      '--import',
      'tsx',
      `--input-type=${type}`,
      '-e',
      code,
      manifests,
    ], { cwd: join(__dirname, '../..') },
  );
  expect(stdout).toBe('true\ndone\n');
});
