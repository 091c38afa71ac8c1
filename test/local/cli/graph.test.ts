import { CommandLine, group, router } from './command-line';

let cli: CommandLine;
beforeEach(async () => { cli = await CommandLine.create(); });
afterEach(() => cli.close());

async function graph(...args: string[]): Promise<{ code: number | null; said: string }> {
  cli.start(['graph', ...args]);
  return { code: await cli.ended(), said: cli.output };
}

test('a graph is written for Mermaid, and in the format that is asked for', async () => {
  await cli.write('dist/web.k8s.yaml', `${router('web', 'web-backend')}\n---\n${group('web-backend', 'mark')}`);
  expect(await graph('dist')).toEqual({ code: 0, said: expect.stringContaining('  n0 --> n1\n') });
  expect(await graph('dist', '--format', 'svg')).toEqual({ code: 0, said: expect.stringMatching(/^<svg [^]*<\/svg>\n$/) });
});

test('manifests come from the standard input too', async () => {
  cli.start(['graph', '-', '--format', 'dot']).input(group('web', 'mark'));
  expect(await cli.ended()).toBe(0);
  expect(cli.output).toContain('label="web\\n2 replicas\\nno policy: open to all"');
});

test.each([
  [['dist'], 'error: there is no file or folder dist: give what `cdk8s synth` wrote, usually the folder dist'],
  [['odd.yaml'], 'error: odd.yaml holds nothing to draw: no pods, Ingress or route; give what `cdk8s synth` wrote'],
  [['odd.yaml', '--format', 'png'], 'Allowed choices are mermaid, dot, svg.'],
])('graph %j is refused with a sentence', async (args, sentence) => {
  await cli.write('odd.yaml', 'apiVersion: v1\nkind: Secret\nmetadata: { name: x }\n');
  const { code, said } = await graph(...args);
  expect(code).toBe(1);
  expect(said).toContain(sentence);
});

test('more than Mermaid draws is written all the same, with a warning', async () => {
  await cli.write('many.yaml', Array.from({ length: 1000 }, (_, n) => `---\n${group(`web${n}-x`, 'mark')}`).join(''));
  const { code, said } = await graph('many.yaml');
  expect(code).toBe(0);
  expect(said).toMatch(/warning: this is more than Mermaid draws by default \(\d+ characters of 50000 at most\): use --format svg, or give fewer of the manifests/);
});

test('a reader that goes away early is no error', async () => {
  await cli.write('many.yaml', Array.from({ length: 1000 }, (_, n) => `---\n${group(`web${n}-x`, 'mark')}`).join(''));
  cli.start(['graph', 'many.yaml', '--format', 'svg']);
  cli.closeOutput();
  expect(await cli.ended()).toBe(0);
  expect(cli.output).not.toContain('EPIPE');
});
