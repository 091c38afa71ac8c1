import { execFile } from 'child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { parseAllDocuments } from 'yaml';
import { examplePromises, EXAMPLES, examples, secretsOf, standIns } from './example-promises';
import { CommandLine } from './local/cli/command-line';
import { lowPorts } from './low-ports';

/** As a user would: `npx cdk8s synth` in the folder, but for where the manifests go. */
async function synthesize(example: string, output: string): Promise<void> {
  await promisify(execFile)('npx', ['--no-install', 'cdk8s', 'synth', '--check-upgrade=false', '--output', output], {
    cwd: join(EXAMPLES, example),
  });
}

let output: string;
beforeEach(() => { output = mkdtempSync(join(tmpdir(), 'example-')); });
afterEach(() => rmSync(output, { recursive: true, force: true }));

const needsLowPorts = (example: string) => standIns[example]?.lowPorts ?? false;

// The others are synthesized where they run, on every machine.
test.each(examples.filter(needsLowPorts))('examples/%s synthesizes', async (example) => {
  await synthesize(example, output);
  const manifests = readdirSync(output).map((file) => readFileSync(join(output, file), 'utf8'));
  const kinds = manifests.flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS().kind);
  expect(kinds).toContain('Deployment');
});

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
let onEnd = () => {};
afterEach(async () => {
  await cli.close();
  onEnd();
});

test('examples/counter is run by npx cdk8s-metaparticle up', async () => {
  await synthesize('counter', output);
  cli.start(['--no-install', 'cdk8s-metaparticle', 'up', output, '--try', 'counter:/?user=ada', '--once'], {
    program: ['npx'],
    cwd: join(EXAMPLES, 'counter'),
  });
  expect(await cli.ended()).toBe(0);
  expect(cli.output).toContain('✓ all 12 answered, by the only replica');
});

/** What a user gives `up` for what only a cluster of theirs has. */
async function given(example: string): Promise<string[]> {
  const { commands = {}, offers } = standIns[example] ?? {};
  const files = await Promise.all(
    secretsOf(example).map((secret, index) => cli.write(`secret-${index}.json`, JSON.stringify(secret))),
  );
  const hosts = Object.entries(offers?.hosts ?? {}).flatMap(([name, address]) => ['--host', `${name}=${address}`]);
  const authorities = offers ? ['--authorities', await cli.write('authorities.pem', offers.authorities)] : [];
  return [...files, ...hosts, ...authorities, ...Object.entries(commands).flatMap(([image, command]) => ['--run', `${image}=${command}`])];
}

for (const example of examples.filter((name) => !examplePromises[name].suite)) {
  const { promise, check } = examplePromises[example];
  (needsLowPorts(example) ? lowPorts.test : test)(`examples/${example} ${promise}`, async () => {
    await synthesize(example, output);
    const offers = standIns[example]?.offers;
    await offers?.listen();
    onEnd = () => offers?.close();
    cli.start(['up', output, ...await given(example)]);
    await cli.printed(/✓ all \d+ pods are ready/);
    const urls = new Map<string, Promise<string>>();
    const find = async (service: string) => (await cli.printed(new RegExp(`^service ${service} (\\S+)$`, 'm')))[1];
    const urlOf = (service: string) => {
      if (!urls.has(service)) urls.set(service, find(service));
      return urls.get(service)!;
    };
    await check(async (service, path, init) => fetch(`${await urlOf(service)}${path}`, init), urlOf);
  });
}
