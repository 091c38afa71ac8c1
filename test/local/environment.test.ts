import {
  declaredEnvironment, expand, podField, PodFacts, quantity, resourceField,
} from '../../src/local/manifests/environment';
import { ObjectStore } from '../../src/local/manifests/object-store';

const store = new ObjectStore([
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { COLOUR: 'red', SIZE: '3' } },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys' },
    data: { token: Buffer.from('s3cret').toString('base64') },
    stringData: { plain: 'text' },
  },
]);
const spec = {
  containers: [{ name: 'web', image: 'node', resources: { limits: { cpu: '250m', memory: '64Mi' } } }],
  serviceAccountName: 'robot',
};
const pod: PodFacts = {
  name: 'web-1',
  namespace: 'default',
  uid: 'u',
  ip: '127.9.1.1',
  spec,
  labels: {
    app: 'web',
    tier: 'front',
  },
  annotations: { 'a/b': 'c' },
};
const environment = (container: object) => declaredEnvironment(
  { name: 'web', image: 'node', ...container }, pod, store, { INHERITED: 'yes' },
);

test('values come from everywhere a manifest may take them from', () => {
  expect(environment({
    envFrom: [{ prefix: 'MY_', configMapRef: { name: 'settings' } }, { secretRef: { name: 'none', optional: true } }],
    env: [
      { name: 'PLAIN', value: 'x' },
      { name: 'COMBINED', value: '$(PLAIN)-$(MY_COLOUR)-$(UNKNOWN)-$$(PLAIN)' },
      { name: 'EMPTY' },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'keys', key: 'token' } } },
      { name: 'TEXT', valueFrom: { secretKeyRef: { name: 'keys', key: 'plain' } } },
      { name: 'ABSENT', valueFrom: { configMapKeyRef: { name: 'settings', key: 'nope', optional: true } } },
    ],
  })).toEqual({
    INHERITED: 'yes', MY_COLOUR: 'red', MY_SIZE: '3', PLAIN: 'x', COMBINED: 'x-red-$(UNKNOWN)-$(PLAIN)', EMPTY: '', TOKEN: 's3cret', TEXT: 'text',
  });
});

test.each([
  ['metadata.name', 'web-1'], [
    'metadata.namespace',
    'default',
  ], ["metadata.labels['tier']", 'front'], ["metadata.annotations['a/b']", 'c'],
  ['metadata.labels', 'app="web"\ntier="front"'], [
    'status.podIP',
    '127.9.1.1',
  ], ['status.hostIP', '127.0.0.1'], ['spec.nodeName', 'local'],
  ['spec.serviceAccountName', 'robot'],
])('the field %s of the pod is %s', (path, value) => {
  expect(podField(path, pod)).toBe(value);
});

test.each([
  [{ resource: 'limits.cpu' }, '1'],
  [{ resource: 'limits.cpu', divisor: '1m' }, '250'],
  [{ resource: 'limits.memory' }, '67108864'],
  [{ resource: 'limits.memory', divisor: '1Mi' }, '64'],
  [{ resource: 'requests.memory', divisor: '1Mi' }, '64'],
])('the resource field %j is %s', (field, value) => {
  expect(resourceField(field, spec.containers[0], pod)).toBe(value);
});

test.each(
  [['250m', 0.25], ['2', 2], [3, 3], ['1k', 1000], ['64Mi', 67108864], ['1.5G', 1.5e9], ['1e3', 1000]],
)('the quantity %s is %d', (text, value) => {
  expect(quantity(text)).toBe(value);
});

test.each([
  [
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'nope' } } }] },
    'env A of container web: ConfigMap settings has no key nope',
  ],
  [
    { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'gone', key: 'k' } } }] },
    'env A of container web: Secret gone does not exist',
  ],
  [{ envFrom: [{ configMapRef: { name: 'gone' } }] }, 'container web: ConfigMap gone of envFrom does not exist'],
  [
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] },
    'fieldRef spec.x is not a field that a pod can ask for',
  ],
])('what is not there is refused: %j', (container, message) => {
  expect(() => environment(container)).toThrow(message);
});

test('a doubled dollar sign keeps a reference from being replaced', () => {
  expect(expand('$$(A) $(A) $$', { A: '1' })).toBe('$(A) 1 $');
});
