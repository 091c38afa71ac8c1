import { Chart, Duration, Testing } from 'cdk8s';
import { DeploymentStrategy, DnsPolicy, Group, PercentOrAbsolute, ServiceAccount } from 'cdk8s-plus-27';
import { find } from '../find';
import { Backend, PodOptions, Scaling, Spread, SpreadProps } from 'cdk8s-metaparticle';

const backend = Backend.fromImage('ghcr.io/acme/api:1', { port: 8080 });
const newChart = () => new Chart(Testing.app(), 'shop', { namespace: 'shop' });
const group = { matchLabels: { 'app.kubernetes.io/name': 'web', 'app.kubernetes.io/instance': 'web-backend' } };

/** What a Spread with these options has of a kind for its backend. */
function made(kind: string, pods: PodOptions, props: Partial<SpreadProps> = {}): any {
  const chart = newChart();
  new Spread(chart, 'Web', { backend, pods, ...props });
  return find(chart, kind, 'web-backend');
}

const specOf = (pods: PodOptions) => made('Deployment', pods).spec.template.spec;

describe('an option is written where Kubernetes reads it:', () => {
  test.each<[string, PodOptions, object]>([
    ['a class of sandboxes', { runtimeClassName: 'gvisor' }, { runtimeClassName: 'gvisor' }],
    ['a token', { automountToken: true }, { automountServiceAccountToken: true }],
    [
      'names',
      { hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }] },
      { hostAliases: [{ ip: '10.1.2.3', hostnames: ['db'] }] },
    ],
    [
      'name servers',
      {
        dnsPolicy: DnsPolicy.NONE,
        dnsConfig: { nameservers: ['169.254.20.10'], options: [{ name: 'ndots', value: '1' }] },
      },
      { dnsPolicy: 'None', dnsConfig: { nameservers: ['169.254.20.10'], options: [{ name: 'ndots', value: '1' }] } },
    ],
    [
      'constraints in place of ours, of the group where they say no other pods',
      {
        topologySpread: [
          { maxSkew: 2, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
          {
            maxSkew: 1,
            topologyKey: 'rack',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { team: 'shop' } },
          },
        ],
      },
      {
        topologySpreadConstraints: [
          {
            maxSkew: 2,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: group,
          },
          {
            maxSkew: 1,
            topologyKey: 'rack',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: { team: 'shop' } },
          },
        ],
      },
    ],
  ])('%s', (_, pods, expected) => {
    expect(specOf(pods)).toMatchObject(expected);
  });

  test('nodes that pods must have, beside those that replicas prefer', () => {
    const requiredDuringSchedulingIgnoredDuringExecution = {
      nodeSelectorTerms: [{ matchExpressions: [{ key: 'gpu', operator: 'In', values: ['l4'] }] }],
    };
    const { affinity } = specOf({ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution } });
    expect(affinity.nodeAffinity).toEqual({ requiredDuringSchedulingIgnoredDuringExecution });
    expect(affinity.podAntiAffinity).toEqual(specOf({}).affinity.podAntiAffinity);
  });

  test('how long a rollout may take', () => {
    expect(made('Deployment', { progressDeadline: Duration.minutes(30) }).spec.progressDeadlineSeconds).toBe(1800);
  });

  test.each<[string, DeploymentStrategy, object]>([
    ['all at once', DeploymentStrategy.recreate(), { type: 'Recreate' }],
    [
      'a few at a time',
      DeploymentStrategy.rollingUpdate({
        maxSurge: PercentOrAbsolute.percent(200),
        maxUnavailable: PercentOrAbsolute.absolute(1),
      }),
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: '200%', maxUnavailable: 1 } },
    ],
    [
      'as cdk8s-plus does',
      DeploymentStrategy.rollingUpdate(),
      { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    ],
  ])('pods are replaced %s', (_, strategy, expected) => {
    expect(made('Deployment', { strategy }).spec.strategy).toEqual(expected);
  });
});

describe('a ServiceAccount', () => {
  test('that exists is used, and none is made', () => {
    const chart = newChart();
    const pods = { serviceAccount: ServiceAccount.fromServiceAccountName(chart, 'Account', 'payments') };
    new Spread(chart, 'Web', { backend, pods });
    new Spread(chart, 'Other', { backend });
    expect(find(chart, 'Deployment', 'web-backend').spec.template.spec.serviceAccountName).toBe('payments');
    const accounts = Testing.synth(chart).filter(({ kind }) => kind === 'ServiceAccount');
    expect(accounts.map(({ metadata }) => metadata.name).sort()).toEqual(['other-backend', 'other-router']);
  });

  test('of the chart is used by the name that it has there', () => {
    const chart = newChart();
    const pods = { serviceAccount: new ServiceAccount(chart, 'Account', { metadata: { name: 'payments' } }) };
    new Spread(chart, 'Web', { backend, pods });
    expect(find(chart, 'Deployment', 'web-backend').spec.template.spec.serviceAccountName).toBe('payments');
  });

  test('of ours has the annotations by which clouds know it', () => {
    const annotations = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::123456789012:role/web' };
    expect(made('ServiceAccount', { serviceAccountAnnotations: annotations }).metadata.annotations)
      .toEqual(annotations);
  });
});

describe('a budget', () => {
  const router = { pods: { disruptionBudget: { maxUnavailable: PercentOrAbsolute.absolute(1) } } };
  const budget = (props: Partial<SpreadProps>, disruptionBudget: PodOptions['disruptionBudget']) => (
    made('PodDisruptionBudget', { disruptionBudget }, { router, ...props }).spec
  );
  const of = PercentOrAbsolute;

  test.each<[string, Partial<SpreadProps>, PodOptions['disruptionBudget'], object]>([
    ['keeps a number', { replicas: 3 }, { minAvailable: of.absolute(2) }, { minAvailable: 2 }],
    ['keeps a share, which is rounded up', { replicas: 3 }, { minAvailable: of.percent(66) }, { minAvailable: '66%' }],
    ['lets a number go', { replicas: 10 }, { maxUnavailable: of.absolute(3) }, { maxUnavailable: 3 }],
    [
      'lets a share go, which is rounded up',
      { replicas: 10 },
      { maxUnavailable: of.percent(1) },
      { maxUnavailable: '1%' },
    ],
    ['lets the one that there is go', { replicas: 1 }, { maxUnavailable: of.absolute(1) }, { maxUnavailable: 1 }],
    [
      'keeps fewer than an autoscaler does',
      { scaling: Scaling.cpu({ min: 3, max: 9 }) },
      { minAvailable: of.absolute(2) },
      { minAvailable: 2 },
    ],
  ])('%s', (_, props, given, expected) => {
    expect(budget(props, given)).toEqual({ ...expected, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: group });
  });

  const BLOCKS =
    'no pod could go, and no node that has one be drained; give maxUnavailable: PercentOrAbsolute.absolute(1), '
      + 'or more replicas';

  test.each<[string, Partial<SpreadProps>, PodOptions['disruptionBudget'], string]>([
    ['that lets none go', {}, { maxUnavailable: of.absolute(0) }, `.maxUnavailable is 0, with 2 replicas: ${BLOCKS}`],
    [
      'that lets no share go',
      {},
      { maxUnavailable: of.percent(0) },
      `.maxUnavailable is 0%, with 2 replicas: ${BLOCKS}`,
    ],
    [
      'that keeps all',
      { replicas: 3 },
      { minAvailable: of.absolute(3) },
      `.minAvailable is 3, with 3 replicas: ${BLOCKS}`,
    ],
    [
      'that keeps all once rounded',
      { replicas: 3 },
      { minAvailable: of.percent(67) },
      `.minAvailable is 67%, with 3 replicas: ${BLOCKS}`,
    ],
    [
      'that keeps the only one',
      { replicas: 1 },
      { minAvailable: of.percent(50) },
      `.minAvailable is 50%, with 1 replica: ${BLOCKS}`,
    ],
    [
      'that keeps all when there is little load', { scaling: Scaling.cpu({ min: 2, max: 9 }) },
      { minAvailable: of.absolute(2) },
      `.minAvailable is 2, with 2 replicas at least: ${BLOCKS}`,
    ],
    [
      'of both',
      {},
      { minAvailable: of.absolute(1), maxUnavailable: of.absolute(1) },
      ' has both minAvailable and maxUnavailable: give one of them',
    ],
    ['of neither', {}, {}, ' has neither minAvailable nor maxUnavailable: give one of them'],
    [
      'of half a pod',
      {},
      { maxUnavailable: of.absolute(0.5) },
      '.maxUnavailable is 0.5: it must be a whole number, 0 or more',
    ],
    [
      'of half a percent',
      {},
      { maxUnavailable: of.percent(0.5) },
      '.maxUnavailable is 0.5%: it must be a whole percentage, 0 or more',
    ],
    ['of more than all', {}, { maxUnavailable: of.percent(101) }, '.maxUnavailable is 101%: it must be 100 % or less'],
  ])('%s is refused', (_, props, given, message) => {
    expect(() => budget(props, given)).toThrow(new Error(`[shop/Web/Backend] pods.disruptionBudget${message}`));
  });
});

describe('what Kubernetes would not take is refused at synth:', () => {
  const affinity = (term: object) => (
    { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } } as PodOptions
  );
  const spreads = (...constraints: object[]) => (
    {
      topologySpread: constraints.map((each) => ({
        maxSkew: 1,
        topologyKey: 'rack',
        whenUnsatisfiable: 'ScheduleAnyway',
        ...each,
      })),
    } as PodOptions
  );
  const required = 'nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';

  const refused: [PodOptions | ((chart: Chart) => PodOptions), string][] = [
    [
      { runtimeClassName: 'gVisor' },
      "runtimeClassName is 'gVisor', which is no name of an object: write it as in 'gvisor'",
    ],
    [
      { hostAliases: [{ ip: 'db', hostnames: ['db'] }] },
      "hostAliases[0].ip is 'db', which is no address: write it as in '10.1.2.3'",
    ],
    [{ hostAliases: [{ ip: '10.1.2.3', hostnames: [] }] }, 'hostAliases[0].hostnames is empty: give a name'],
    [
      { hostAliases: [{ ip: '10.1.2.3', hostnames: ['my db'] }] },
      "hostAliases[0].hostnames names 'my db': write it as in 'db.example.com'",
    ],
    [
      { dnsConfig: { nameservers: ['ns1'] } },
      "dnsConfig.nameservers[0] is 'ns1', which is no address: write it as in '10.1.2.3'",
    ],
    [
      { dnsConfig: { nameservers: ['::1', '::2', '::3', '::4'] } },
      'dnsConfig.nameservers has 4 of them: give 3 at most',
    ],
    [
      { dnsPolicy: DnsPolicy.NONE },
      "dnsPolicy is 'None', and pods.dnsConfig has no nameservers: give one, or another policy",
    ],
    [affinity({}), `${required}[0] matches no node: give matchExpressions`],
    [{ nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } },
      `${required} is empty: give a term, or leave it out where pods may be on any node`],
    [affinity({ matchExpressions: [{ key: 'gpu', operator: 'Is' }] }),
      `${required}[0].matchExpressions[0].operator is 'Is': it must be one of In, NotIn, Exists, `
        + 'DoesNotExist, Gt, Lt'],
    [
      affinity({ matchExpressions: [{ key: 'gpu', operator: 'In' }] }),
      `${required}[0].matchExpressions[0] has 0 values: In takes one or more`,
    ],
    [affinity({ matchExpressions: [{ key: 'gpu', operator: 'Exists', values: ['l4'] }] }),
      `${required}[0].matchExpressions[0] has 1 values: Exists takes none`],
    [{ nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }] } },
      'nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight is 0: '
        + 'it must be a whole number from 1 to 100'],
    [spreads({ maxSkew: 0 }), 'topologySpread[0].maxSkew is 0: it must be a whole number from 1 to 2147483647'],
    [spreads({ topologyKey: '' }),
      "topologySpread[0].topologyKey is '': give the label of nodes that tells them apart, "
        + "as in 'kubernetes.io/hostname'"],
    [
      spreads({ whenUnsatisfiable: 'Never' }),
      "topologySpread[0].whenUnsatisfiable is 'Never': it must be 'DoNotSchedule' or 'ScheduleAnyway'",
    ],
    [
      spreads({ minDomains: 2 }),
      "topologySpread[0].minDomains is 2: it counts with whenUnsatisfiable: 'DoNotSchedule' only",
    ],
    [
      spreads({}, { maxSkew: 2 }),
      "topologySpread[1] is about the same as pods.topologySpread[0], 'rack' and 'ScheduleAnyway': give one",
    ],
    [{ progressDeadline: Duration.millis(1500) }, 'progressDeadline is 1500 ms: give whole seconds, 1 or more'],
    [{ strategy: DeploymentStrategy.rollingUpdate({ maxUnavailable: PercentOrAbsolute.percent(120) }) },
      'strategy.maxUnavailable is 120%: it must be 100 % or less'],
    [{ strategy: DeploymentStrategy.rollingUpdate({ maxSurge: PercentOrAbsolute.absolute(-1) }) },
      'strategy.maxSurge is -1: it must be a whole number, 0 or more'],
    [
      (chart) => ({
        serviceAccount: Group.fromName(chart, 'Group', 'admins') as unknown as PodOptions['serviceAccount'],
      }),
      'serviceAccount is a Group: give a ServiceAccount',
    ],
    [(chart) => ({ serviceAccount: new ServiceAccount(chart, 'Account', { metadata: { namespace: 'other' } }) }),
      "serviceAccount is in the namespace 'other', and the pods are in 'shop': "
        + 'a pod can only have one of its own namespace'],
    [
      (chart) => ({
        serviceAccount: new ServiceAccount(chart, 'Account'),
        serviceAccountAnnotations: { 'iam.gke.io/gcp-service-account': 'web' },
      }),
      'serviceAccountAnnotations and pods.serviceAccount are both given: annotate the account where it is made',
    ],
  ];

  test.each(
    refused.map(([given, message]): [string, typeof given] => [message, given]),
  )('pods.%s', (message, given) => {
    const chart = newChart();
    const pods = typeof given === 'function' ? given(chart) : given;
    expect(() => new Spread(chart, 'Web', { backend, pods })).toThrow(new Error(`[shop/Web/Backend] pods.${message}`));
  });
});
