import { App, Chart, Testing } from 'cdk8s';
import { Backend, Code, Gather, ScatterGather, Shard, ShardKey, Spread } from '../../src';

const functionOf = (source: string) => Backend.fromFunction(Code.fromInline(source));

function everyKind(source = '() => "hello"', chart = new Chart(Testing.app(), 'shop')): any[] {
  new Spread(chart, 'Web', { backend: functionOf(source) });
  new Shard(chart, 'Users', { shards: 2, key: ShardKey.fromHeader('x-user'), backend: functionOf(source) });
  new ScatterGather(chart, 'Search', { leaves: 1, backend: functionOf(source), gather: Gather.all() });
  return Testing.synth(chart);
}

const mapsOf = (objects: any[]) => objects.filter(({ kind }) => kind === 'ConfigMap');
const namesOf = (objects: any[]): string[] => mapsOf(objects).map(({ metadata }) => metadata.name);

describe('every ConfigMap', () => {
  test('is immutable, and keeps its name for as long as its content stays', () => {
    expect(mapsOf(everyKind()).filter(({ immutable }) => immutable !== true)).toEqual([]);
    expect(namesOf(everyKind())).toEqual(namesOf(everyKind()));
  });

  test('has another name when its content is another, and only then', () => {
    const [one, two] = [everyKind('() => 1'), everyKind('() => 2')].map(namesOf);
    const changed = one.filter((name) => !two.includes(name)).map((name) => name.replace(/-[0-9a-f]{10}$/, ''));
    expect(changed).toEqual(['web-backend', 'users-0', 'users-1', 'search-0']);
  });

  test('comes before the pods that mount it', () => {
    const objects = everyKind();
    const late = objects.flatMap((object, at) => (object.spec?.template?.spec.volumes ?? [])
      .filter(({ configMap }: any) => (
        configMap && objects.findIndex(({ metadata }) => metadata.name === configMap.name) > at
      )));
    expect(late).toEqual([]);
  });

  test('of a router or root has their role, so that a phase of everything else leaves it out', () => {
    const maps = mapsOf(everyKind());
    const labelsOf = (name: string) => maps.find(({ metadata }) => metadata.name.startsWith(name)).metadata.labels;
    const roleOf = (name: string) => labelsOf(name)['app.kubernetes.io/component'];
    const routersAndRoots = ['web-router', 'users-router', 'search-root'];
    expect([...routersAndRoots, 'web-backend', 'users-0', 'search-0', 'shop-function-server'].map(roleOf))
      .toEqual(['router', 'router', 'root', 'backend', 'shard', 'leaf', 'program']);
  });

  test('is kept by what would prune it, for the pods of earlier revisions', () => {
    for (const { metadata } of mapsOf(everyKind())) {
      expect(metadata.annotations).toEqual({
        'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
        'argocd.argoproj.io/sync-options': 'Prune=false',
        'kustomize.toolkit.fluxcd.io/prune': 'disabled',
      });
    }
  });
});

describe('the annotation that kubectl apply makes of a ConfigMap', () => {
  /** A function whose source is a text of as many characters. */
  const chartWith = (text: string) =>
    new Spread(new Chart(new App(), 'shop', { namespace: 'shop' }), 'Web', { backend: functionOf(`() => '${text}'`) });
  const KIB = 1024;

  // What an escape takes in the JSON that Go writes.
  test.each<[string, string, number]>([
    ['a letter', 'x', 1], ['a quotation mark', '"', 2], ['an angle bracket', '<', 6], ['an ampersand', '&', 6],
    ['an umlaut', 'ä', 2],
  ])('is measured as it is written: %s', (_, character, bytes) => {
    expect(() => chartWith(character.repeat(254 * KIB / bytes))).not.toThrow();
    expect(() => chartWith(character.repeat(256 * KIB / bytes)))
      .toThrow("[shop/Web/Backend] ConfigMap 'web-backend' takes 257 KiB in the annotation");
  });
});
