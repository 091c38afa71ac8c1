import { arrowsOf, deployment, graphIn, nodesOf, policy, service } from './graphs';
import { graphOf } from '../../../src/local/graph/read';

const object = (type: string, name: string, rest: string) => {
  const [, apiVersion, kind] = /^(.*)\/(\w+)$/.exec(type)!;
  return `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n${rest}\n`;
};
const PODS = 'template: { metadata: { labels: { app: a } }, spec: { containers: [] } }';

test('a Deployment and its Service are one node', () => {
  expect(graphIn(deployment('web', 'replicas: 3') + service('shop', 'web'))).toEqual({
    patterns: [],
    nodes: [{
      id: 'Deployment/default/web',
      kind: 'pods',
      title: 'web',
      size: '3 replicas',
      notes: ['Service shop:80', 'no policy: open to all'],
    }],
    edges: [],
  });
});

test('manifests without anything to draw are a graph without nodes', () => {
  expect(graphOf([])).toEqual({ patterns: [], nodes: [], edges: [] });
  expect(graphIn(object('v1/Secret', 'x', 'data: {}')).nodes).toEqual([]);
});

test('of two objects with the same name, the last one counts', () => {
  expect(nodesOf(graphIn(deployment('web', 'replicas: 3') + deployment('web', 'replicas: 4'))))
    .toEqual(['web / 4 replicas / no policy: open to all']);
});

test('a field of another type than Kubernetes wants is refused with its path', () => {
  expect(() => graphIn(deployment('web', "replicas: '3'")))
    .toThrow('Deployment web: spec.replicas is "3": give a whole number; in YAML, without quotes');
  expect(() => graphIn(object('networking.k8s.io/v1/NetworkPolicy', 'x', 'spec: { ingress: all }')))
    .toThrow('NetworkPolicy x: spec.ingress is "all": give a list');
});

test('a kind of the same name from another API group is passed over', () => {
  expect(graphIn(object('serving.knative.dev/v1/Service', 'x', 'spec: { type: 5 }')).nodes).toEqual([]);
});

describe('sizes', () => {
  const scaled = (scaler: string) => nodesOf(graphIn(deployment('web', 'replicas: 3') + scaler))[0].split(' / ')[1];
  const REF = 'scaleTargetRef: { kind: Deployment, name: web }';

  test.each([
    ['an autoscaler', object('autoscaling/v2/HorizontalPodAutoscaler', 'x', `spec: { ${REF}, minReplicas: 2, maxReplicas: 9 }`), '2 to 9 replicas'],
    ['an autoscaler without a minimum', object('autoscaling/v2/HorizontalPodAutoscaler', 'x', `spec: { ${REF}, maxReplicas: 9 }`), '1 to 9 replicas'],
    ['a ScaledObject of KEDA', object('keda.sh/v1alpha1/ScaledObject', 'x', `spec: { ${REF} }`), '0 to 100 replicas'],
    ['an autoscaler of something else', object('autoscaling/v2/HorizontalPodAutoscaler', 'x', 'spec: { scaleTargetRef: { kind: StatefulSet, name: web }, maxReplicas: 9 }'), '3 replicas'],
  ])('%s', (_, scaler, size) => {
    expect(scaled(scaler)).toBe(size);
  });

  test.each([
    ['apps/v1/DaemonSet', `spec: { ${PODS} }`, 'DaemonSet, a pod on each node'],
    ['batch/v1/Job', `spec: { ${PODS} }`, 'Job'],
    ['batch/v1/CronJob', `spec: { schedule: '0 3 * * *', jobTemplate: { spec: { ${PODS} } } }`, 'CronJob, at 0 3 * * *'],
    ['v1/Pod', 'spec: { containers: [] }', 'Pod'],
    ['apps/v1/StatefulSet', `spec: { ${PODS} }`, '1 replica'],
  ])('%s', (type, spec, size) => {
    expect(nodesOf(graphIn(object(type, 'x', spec)))).toEqual([`x / ${size} / no policy: open to all`]);
  });
});

describe('volumes', () => {
  test('each replica has those of a StatefulSet for itself', () => {
    const graph = graphIn(object('apps/v1/StatefulSet', 'db', `spec:
  replicas: 3
  ${PODS}
  volumeClaimTemplates: [{ metadata: { name: data }, spec: { resources: { requests: { storage: 20Gi } } } }]`));
    expect(nodesOf(graph)[1]).toBe('volume data / 20Gi / one for each replica');
    expect(arrowsOf(graph)).toEqual(['db has volume data']);
  });

  test('a claim of the manifests is shared by all that mount it; of another one, the size is not known', () => {
    const mounts = (name: string, claim: string) => object('apps/v1/Deployment', name, `spec: { template: { spec: {
      containers: [], volumes: [{ name: v, persistentVolumeClaim: { claimName: ${claim} } }] } } }`);
    const graph = graphIn(object('v1/PersistentVolumeClaim', 'models', 'spec: { resources: { requests: { storage: 9Gi } } }')
      + mounts('a', 'models') + mounts('b', 'models') + mounts('c', 'other'));
    expect(nodesOf(graph).filter((node) => node.startsWith('volume'))).toEqual(['volume models / 9Gi', 'volume other']);
    expect(arrowsOf(graph)).toEqual(['a has volume models', 'b has volume models', 'c has volume other']);
  });
});

describe('entrances', () => {
  const INTO = deployment('web') + service('web', 'web');

  test('an Ingress leads to the pods of its Services', () => {
    const rules = `rules:
    - { host: shop.example.com, http: { paths: [{ path: /a, backend: { service: { name: web } } }, { path: /b, backend: { service: { name: web } } }] } }`;
    const graph = graphIn(INTO + object('networking.k8s.io/v1/Ingress', 'shop', `spec:\n  ${rules}`));
    expect(nodesOf(graph)[0]).toBe('Ingress shop / shop.example.com');
    expect(arrowsOf(graph)).toEqual(['Ingress shop calls web (/a, /b)']);
  });

  test('where an Ingress has several hosts, the arrow names them', () => {
    const path = (path_: string) => `http: { paths: [{ path: ${path_}, backend: { service: { name: web } } }] }`;
    const rules = `rules: [{ host: a.example, ${path('/x')} }, { host: b.example, ${path('/')} }]`;
    expect(arrowsOf(graphIn(INTO + object('networking.k8s.io/v1/Ingress', 'shop', `spec: { ${rules} }`))))
      .toEqual(['Ingress shop calls web (a.example/x, b.example/)']);
  });

  test('a route names its hosts and its Gateway', () => {
    const graph = graphIn(INTO + object('gateway.networking.k8s.io/v1/HTTPRoute', 'shop', `spec:
  hostnames: [shop.example.com]
  parentRefs: [{ name: public, namespace: gateways }]
  rules: [{ matches: [{ path: { value: /shop } }], backendRefs: [{ name: web, port: 80 }] }]`));
    expect(nodesOf(graph)[0]).toBe('HTTPRoute shop / shop.example.com / Gateway gateways/public');
    expect(arrowsOf(graph)).toEqual(['HTTPRoute shop calls web (/shop)']);
  });

  test('a Service of the type LoadBalancer is one', () => {
    const graph = graphIn(deployment('web') + service('web', 'web', 'type: LoadBalancer,'));
    expect(nodesOf(graph)[0]).toBe('LoadBalancer web / port 80');
    expect(arrowsOf(graph)).toEqual(['LoadBalancer web calls web']);
  });

  test('a Service that is not in the manifests is outside', () => {
    const graph = graphIn(object('networking.k8s.io/v1/Ingress', 'x', 'spec: { defaultBackend: { service: { name: old } } }'));
    expect(arrowsOf(graph)).toEqual(['Ingress x calls Service old']);
  });
});

describe('NetworkPolicies', () => {
  const ALL = ['a', 'b'].map((name) => deployment(name) + service(name, name)).join('');
  const FROM_A = '{ podSelector: { matchLabels: { app: a } } }';
  const TO_B = '{ podSelector: { matchLabels: { app: b } } }';
  const PORT = 'ports: [{ port: 8080 }]';
  const arrows = (...policies: string[]) => arrowsOf(graphIn(ALL + policies.join('')));

  test('who is let in may call', () => {
    expect(arrows(policy('b', `ingress: [{ from: [${FROM_A}], ${PORT} }]`))).toEqual(['a may call b']);
  });

  test('what takes no requests of the Service is named by its port', () => {
    expect(arrows(policy('b', `ingress: [{ from: [${FROM_A}], ports: [{ port: 9090 }, { port: 1, endPort: 9, protocol: UDP }] }]`)))
      .toEqual(['a may call b (port 9090, 1 to 9/UDP)']);
  });

  test('who is let out, and not in, may not', () => {
    expect(arrows(
      policy('b', 'ingress: []'), policy('a', `policyTypes: [Egress], egress: [{ to: [${TO_B}], ${PORT} }]`),
    )).toEqual([]);
  });

  test('who is let in, and not out, may not', () => {
    expect(arrows(policy('b', `ingress: [{ from: [${FROM_A}] }]`), policy('a', 'policyTypes: [Egress]'))).toEqual([]);
    expect(arrows(
      policy('b', `ingress: [{ from: [${FROM_A}] }]`), policy('a', 'policyTypes: [Egress], egress: [{ ports: [{ port: 53 }] }]'),
    )).toEqual([]);
  });

  test('a port of the pods may be named', () => {
    expect(arrows(
      policy('b', `ingress: [{ from: [${FROM_A}], ports: [{ port: http }] }]`),
      policy('a', `policyTypes: [Egress], egress: [{ to: [${TO_B}], ports: [{ port: 8000, endPort: 9000 }] }]`),
    )).toEqual(['a may call b']);
  });

  test.each([
    ['anybody', '{}', 'any caller'],
    ['anybody at another port', '{ ports: [{ port: 9090 }] }', 'any caller, port 9090'],
    ['a namespace', '{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }] }', 'any pod of namespace shop'],
    ['all namespaces', '{ from: [{ namespaceSelector: {} }] }', 'any pod of any namespace'],
    ['pods of others', '{ from: [{ podSelector: { matchLabels: { app: x }, matchExpressions: [{ key: tier, operator: In, values: [web, api] }] } }] }', 'pods with app=x, tier In web or api of namespace default'],
    ['addresses', '{ from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] } }] }', '10.0.0.0/8 without 10.1.0.0/16'],
  ])('%s, who are not in the manifests', (_, rule, caller) => {
    expect(arrows(policy('b', `ingress: [${rule}]`))).toEqual([`${caller} may call b`]);
  });

  test.each([
    ['anywhere', '{}', 'anywhere'],
    ['anywhere at a port', '{ ports: [{ port: 443 }] }', 'anywhere, port 443'],
    ['to addresses', `{ to: [{ ipBlock: { cidr: 10.0.0.1/32 } }], ${PORT} }`, '10.0.0.1/32, port 8080'],
  ])('out %s', (_, rule, where) => {
    expect(arrows(policy('a', `policyTypes: [Egress], egress: [${rule}]`))).toEqual([`a may call ${where}`]);
  });

  test('name servers are not drawn', () => {
    expect(arrows(policy('a', 'policyTypes: [Egress], egress: [{ ports: [{ port: 53, protocol: UDP }, { port: 5353 }] }]')))
      .toEqual([]);
  });

  test('a policy of all pods of a namespace counts for each', () => {
    expect(nodesOf(graphIn(`${ALL}${object('networking.k8s.io/v1/NetworkPolicy', 'none', 'spec: { podSelector: {} }')}`)))
      .toEqual(['a / 1 replica', 'b / 1 replica']);
  });

  test('pods that call each other have an arrow to themselves', () => {
    expect(arrows(policy('a', `ingress: [{ from: [${FROM_A}], ports: [{ port: 7000 }] }]`))).toEqual(['a may call a (port 7000)']);
  });
});

describe('what is alike', () => {
  const shards = (count: number, spec = 'replicas: 2') => Array.from({ length: count }, (_, n) => deployment(`db-${n}`, spec));

  test('up to four are drawn one by one', () => {
    expect(nodesOf(graphIn(shards(4).join('')))).toHaveLength(4);
  });

  test('more are one, in the order of their numbers', () => {
    expect(nodesOf(graphIn(shards(11).reverse().join('')))).toEqual([
      'db-0 … db-10 / 11 groups, 2 replicas each / no policy: open to all',
    ]);
  });

  test('one that is other than the others is drawn by itself', () => {
    const graph = graphIn(shards(6).join('') + deployment('db-6', 'replicas: 5'));
    expect(nodesOf(graph).map((node) => node.split(' / ')[0])).toEqual(['db-0 … db-5', 'db-6']);
    const calledByOne = graphIn(`${shards(6).join('')}${deployment('web')}${policy('db-2', 'ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]')}`);
    expect(nodesOf(calledByOne).map((node) => node.split(' / ')[0])).toEqual(['db-0 … db-5', 'db-2', 'web']);
  });
});
