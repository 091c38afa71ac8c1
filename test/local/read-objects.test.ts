import { readObjects } from '../../src/local/manifests/read-objects';

const configMap = (spec: string) => `{ apiVersion: v1, kind: ConfigMap, metadata: { name: it }, spec: { it: ${spec} } }`;

// What kubectl makes of them: sigs.k8s.io/yaml, that is Go's yaml.v2.
test.each<[string, unknown]>([
  ['0644', 420], ['0o644', 420], ['-010', -8], ['08', 8], ['0x1F', 31], ['0b101', 5], ['1_000', 1000], ['+1', 1],
  ['1.5', 1.5], ['.5', 0.5], ['1.', 1], ['1e3', 1000], ['.', '.'], ['1.2.3', '1.2.3'], ['0x', '0x'],
  ['yes', true], ['No', false], ['ON', true], [
    'off',
    false,
  ], ['y', true], ['N', false], ['True', true], ['yEs', 'yEs'],
  ['12:30', '12:30'], ['12:30:00.5', '12:30:00.5'], [
    '2026-01-02',
    '2026-01-02',
  ], ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
  ["'yes'", 'yes'], ['"0644"', '0644'], ['!!str yes', 'yes'], ['{ on: 1, 2: 3 }', { true: 1, 2: 3 }],
  ['{ <<: { a: 1 }, b: 2 }', { a: 1, b: 2 }],
])('%s in YAML is read as kubectl reads it', (text, value) => {
  expect(readObjects(configMap(text)).objects[0].spec).toEqual({ it: value });
});

test.each([['null'], ['~'], ['']])('a field that is %s is absent', (nothing) => {
  expect(readObjects(configMap(`{ a: ${nothing}, b: [{ c: ${nothing} }] }`)).objects[0].spec).toEqual(
    { it: { b: [{}] } },
  );
});

test('text of a ConfigMap and a label that are null are empty', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'it', namespace: null, labels: { a: null } },
    data: { b: null },
    binaryData: null,
  };
  expect(readObjects(object).objects).toEqual(
    [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'it', labels: { a: '' } }, data: { b: '' } }],
  );
});

test.each(
  [['\x80', 'U+0080'], ['\x85', 'U+0085'], ['\x7f', 'U+007F'], ['\u2028', 'U+2028'], ['\ufffe', 'U+FFFE']],
)('the character %j, which kubectl would not read as it is, is refused', (character, name) => {
  const text = `${configMap('a')}\n---\n${configMap(`'a${character}b'`)}`;
  expect(() => readObjects(text)).toThrow(
    `the YAML cannot be read (document 2): it holds the character ${name}, which YAML 1.1 cannot hold as it is: escape it in a text in double quotes`,
  );
});

test('lists stand for their items, which are of the kind that the list names', () => {
  const item = { metadata: { name: 'a' }, spec: {} };
  const lists = [
    { apiVersion: 'apps/v1', kind: 'DeploymentList', items: [item] },
    {
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'Service', ...item }, { apiVersion: 'v1', kind: 'SecretList', items: [item] }],
    },
    { apiVersion: 'v1', kind: 'List', items: [] },
  ];
  for (const input of [lists, JSON.stringify(lists[0]), lists.map((list) => JSON.stringify(list)).join('\n---\n')]) {
    expect(readObjects(input).objects[0]).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', ...item });
  }
  expect(readObjects(lists).objects.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'Secret']);
});
