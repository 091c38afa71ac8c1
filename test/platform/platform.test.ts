import { Chart, Size, Testing } from 'cdk8s';
import { find } from '../find';
import { Backend, Code, Platform, PlatformProps, Spread } from 'cdk8s-metaparticle';

/** NODE_OPTIONS of a function's pod. */
function nodeOptions(...platforms: PlatformProps[]): string {
  const app = Testing.app();
  if (platforms.length > 1) Platform.configure(app, platforms[0]);
  const chart = new Chart(app, 'shop');
  Platform.configure(chart, platforms.at(-1)!);
  new Spread(chart, 'Web', { backend: Backend.fromFunction(Code.fromInline('() => "hello"')) });
  const { env } = find(chart, 'Deployment', 'web-backend').spec.template.spec.containers[0];
  return env.find(({ name }: { name: string }) => name === 'NODE_OPTIONS').value;
}

const GUARDED =
  '--max-old-space-size=128 --permission --allow-fs-read=/opt/metaparticle/program '
    + '--allow-fs-read=/opt/metaparticle/code';

test('half of a pod\'s memory is for the objects of its program', () => {
  const chart = new Chart(Testing.app(), 'shop');
  const memory = { request: Size.mebibytes(512), limit: Size.gibibytes(1) };
  new Spread(chart, 'Web', { backend: Backend.fromFunction(Code.fromInline('() => 1'), { resources: { memory } }) });
  const { env } = find(chart, 'Deployment', 'web-backend').spec.template.spec.containers[0];
  expect(env.find(({ name }: { name: string }) => name === 'NODE_OPTIONS').value)
    .toContain('--max-old-space-size=512 ');
});

describe('the permissions of Node programs', () => {
  test.each<[PlatformProps, string]>([
    [{}, GUARDED],
    [{ nodeImage: 'node:24.11-alpine' }, GUARDED],
    [{ nodeImage: 'node:26-alpine' }, `${GUARDED} --allow-net`],
    [{ nodeImage: 'mirror.example:5000/library/node:26.10.0' }, `${GUARDED} --allow-net`],
    [{ nodeImage: `node:26-alpine@sha256:${'a'.repeat(64)}` }, `${GUARDED} --allow-net`],
    // No image of Node's own: its tag may count anything.
    [{ nodeImage: 'mirror.example/base-node:26' }, GUARDED],
    [{ nodeImage: 'mirror.example/base:7', nodeVersion: 26 }, `${GUARDED} --allow-net`],
    [{ nodeImage: 'node:lts-alpine', nodeVersion: 25 }, `${GUARDED} --allow-net`],
    [{ pods: { automountToken: true } }, `${GUARDED} --allow-fs-read=/var/run/secrets`],
    [
      { pods: { serviceAccountAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } } },
      `${GUARDED} --allow-fs-read=/var/run/secrets`,
    ],
  ])('on the platform %j are %s', (platform, expected) => {
    expect(nodeOptions(platform)).toBe(expected);
  });

  test('are those of the inner image, where a chart has another one than its app', () => {
    expect(nodeOptions({ nodeImage: 'mirror.example/base:7', nodeVersion: 26 }, { nodeImage: 'node:24-alpine' }))
      .toBe(GUARDED);
    expect(nodeOptions({ nodeImage: 'mirror.example/base:7', nodeVersion: 26 }, { clusterDomain: 'k8s.example' }))
      .toBe(`${GUARDED} --allow-net`);
  });
});

test.each<[PlatformProps, string]>([
  [{ nodeVersion: 22 }, '[shop] nodeVersion is 22: it must be a whole number from 24 to 999'],
  [
    { nodeImage: 'node:22-alpine' },
    "[shop] nodeImage is 'node:22-alpine', which has Node 22: our programs need Node 24 or newer",
  ],
  [{ nodeVersion: 26.1 }, '[shop] nodeVersion is 26.1: it must be a whole number from 24 to 999'],
])('the platform %j is refused', (platform, message) => {
  expect(() => Platform.configure(new Chart(Testing.app(), 'shop'), platform)).toThrow(new Error(message));
});
