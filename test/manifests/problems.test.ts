import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart, Testing, Yaml } from 'cdk8s';
import { everyPattern } from './every-pattern';
import { problemsOf } from './problems';
import { EXAMPLES, examples, standIns, tutorialApps } from '../example-promises';
import { Backend, Platform, Spread } from 'cdk8s-metaparticle';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'problems-test-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (): any[] => readdirSync(folder).flatMap((file) => Yaml.load(join(folder, file)));

function synth(app: App): any[] {
  app.synth();
  return written();
}


describe('nothing names what is not there, and every connection has its rules, in', () => {
  test.each([...examples, ...tutorialApps])('examples/%s', (name) => {
    // What cdk8s-cli tells an app where to write.
    process.env.CDK8S_OUTDIR = folder;
    try {
      jest.requireActual(join(EXAMPLES, name, 'main.ts'));
    } finally {
      delete process.env.CDK8S_OUTDIR;
    }
    const objects = written();
    expect(objects.length).toBeGreaterThan(5);
    // Made by others, in a cluster.
    const secrets = Object.entries(standIns[name]?.secrets ?? {})
      .map(([secret, data]) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret }, data }));
    expect(problemsOf([...objects, ...secrets])).toEqual([]);
  });

  test('an app with every pattern in every combination', () => {
    expect(problemsOf(synth(everyPattern(new App({ outdir: folder }))))).toEqual([]);
  });

  test('a chart without NetworkPolicies', () => {
    const app = new App({ outdir: folder });
    Platform.configure(app, { networkPolicies: false });
    new Spread(new Chart(app, 'shop'), 'Web', { backend: Backend.fromImage('web', { port: 8080 }) });
    const objects = synth(app);
    expect(problemsOf(objects)).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'NetworkPolicy')).toEqual([]);
  });
});

describe('is noticed:', () => {
  const container = (deployment: any) => deployment.spec.template.spec.containers[0];
  const breakages: [string, string, (object: any, objects: any[]) => void, string][] = [
    [
      'a probe of a port that is not there',
      'Deployment web-backend',
      (o) => { container(o).readinessProbe.httpGet.port = 'metrics'; },
      "Deployment web-backend: its readinessProbe asks port 'metrics', which its container has not",
    ],
    [
      'a ServiceAccount that is not there',
      'Deployment web-backend',
      (o) => { o.spec.template.spec.serviceAccountName = 'nobody'; },
      "Deployment web-backend: there is no ServiceAccount 'nobody'",
    ],
    [
      'a spread constraint for other pods',
      'Deployment web-backend',
      (o) => { o.spec.template.spec.topologySpreadConstraints[0].labelSelector.matchLabels = { app: 'web' }; },
      'Deployment web-backend: it is spread by {"app":"web"}, which its pods have not',
    ],
    [
      'an anti-affinity to other pods',
      'Deployment web-backend',
      (o) => {
        const { podAntiAffinity } = o.spec.template.spec.affinity;
        const [{ podAffinityTerm }] = podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
        podAffinityTerm.labelSelector.matchLabels = { app: 'web' };
      },
      'Deployment web-backend: it is spread by {"app":"web"}, which its pods have not',
    ],
    [
      'a ConfigMap that is not there',
      'Deployment web-router',
      (o) => { o.spec.template.spec.volumes[0].configMap.name = 'config'; },
      "Deployment web-router: volume 'etc-nginx-templates' is of ConfigMap 'config', which is not there",
    ],
    [
      'a volume that is mounted nowhere',
      'Deployment web-router',
      (o) => { container(o).volumeMounts.pop(); },
      "Deployment web-router: volume 'run-nginx' is mounted nowhere",
    ],
    [
      'a mount of a volume that is not there',
      'Deployment web-router',
      (o) => { o.spec.template.spec.volumes.pop(); },
      "Deployment web-router: it mounts volume 'run-nginx', which is not there",
    ],
    [
      'a key of a Secret that is not there',
      'Deployment web-backend',
      (o) => {
        container(o).env.push({ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } });
      },
      "Deployment web-backend: variable PASSWORD is key 'password' of Secret 'db', which is not there",
    ],
    [
      'a variable that is not there',
      'Deployment users-0',
      (o) => { container(o).env = []; },
      'Deployment users-0: it refers to variable SHARD, which its container has not',
    ],
    [
      'a variable of a template that is not there',
      'Deployment rates-router',
      (o) => { container(o).env = container(o).env.filter(({ name }: any) => name !== 'SYSTEM_CA'); },
      'Deployment rates-router: nginx.conf.template refers to variable SYSTEM_CA, which its container has not',
    ],
    [
      'name servers of a template that nobody looks for',
      'Deployment web-router',
      (o) => {
        container(o).env = container(o).env.filter(({ name }: any) => name !== 'NGINX_ENTRYPOINT_LOCAL_RESOLVERS');
      },
      'nginx.conf.template refers to variable NGINX_LOCAL_RESOLVERS, which its container has not',
    ],
    [
      'a variable of a template that is not filled in',
      'Deployment web-router',
      (o) => { container(o).env.find(({ name }: any) => name === 'NGINX_ENVSUBST_FILTER').value = '^(RUN_DIR)$'; },
      'Deployment web-router: nginx.conf.template refers to variable ACCESS_LOG, which its filter leaves as it stands',
    ],
    [
      'a Deployment that takes the pods of another',
      'Deployment web-backend',
      (o) => { o.spec.selector.matchLabels = { 'app.kubernetes.io/name': 'web' }; },
      'Deployment web-backend: its selector is for the pods of Deployment web-backend and Deployment web-router',
    ],
    [
      'replicas beside an autoscaler',
      'Deployment web-backend',
      (o) => { o.spec.replicas = 2; },
      'Deployment web-backend: replicas is 2, and 1 autoscalers scale it',
    ],
    [
      'an autoscaler of a Deployment that is a StatefulSet',
      'HorizontalPodAutoscaler ledger-backend',
      (o) => { o.spec.scaleTargetRef.kind = 'Deployment'; },
      "HorizontalPodAutoscaler ledger-backend: there is no Deployment 'ledger-backend'",
    ],
    [
      'names of pods below a Service that is not there',
      'StatefulSet notes-0',
      (o) => { o.spec.serviceName = 'headless'; },
      "StatefulSet notes-0: its pods have names below 'headless', which is no headless Service",
    ],
    [
      'names of pods below a Service that has an address',
      'StatefulSet notes-0',
      (o) => { o.spec.serviceName = 'notes-0'; },
      "StatefulSet notes-0: its pods have names below 'notes-0', which is no headless Service",
    ],
    [
      'names of pods below the Service of others',
      'StatefulSet notes-0',
      (o) => { o.spec.serviceName = 'notes-1-headless'; },
      "StatefulSet notes-0: its pods have names below 'notes-1-headless', which is for other pods",
    ],
    [
      'a StatefulSet without claims',
      'StatefulSet notes-0',
      (o) => { o.spec.volumeClaimTemplates = []; },
      'StatefulSet notes-0: it has no claims, so that it could be a Deployment',
    ],
    [
      'a mount of a claim that is not there',
      'StatefulSet notes-0',
      (o) => { o.spec.volumeClaimTemplates = []; },
      "StatefulSet notes-0: it mounts volume 'data', which is not there",
    ],
    [
      'a claim that is mounted nowhere',
      'StatefulSet notes-0',
      (o) => { container(o).volumeMounts.pop(); },
      "StatefulSet notes-0: its claim 'data' is mounted nowhere",
    ],
    [
      'two claims of one name',
      'StatefulSet ledger-backend',
      (o) => { o.spec.volumeClaimTemplates[1].metadata.name = 'var-lib-ledger'; },
      "StatefulSet ledger-backend: two of its claims are called 'var-lib-ledger'",
    ],
    [
      'a claim in the place of a volume',
      'StatefulSet notes-0',
      (o) => { o.spec.template.spec.volumes[0].name = 'data'; },
      "StatefulSet notes-0: its claim 'data' takes the place of a volume of that name",
    ],
    [
      'claims of two groups that are the same',
      'StatefulSet notes-0',
      (o) => {
        o.spec.volumeClaimTemplates[0].metadata.name = 'data-notes';
        o.metadata.name = '1';
      },
      "StatefulSet 1: its claims 'data-notes-1-0' … are those of StatefulSet notes-1 too",
    ],
    [
      'a name of a StatefulSet without room for a hash',
      'StatefulSet notes-0',
      (o) => { o.metadata.name = 'n'.repeat(53); },
      'its name has more than 52 characters',
    ],
    [
      'an autoscaler of nothing',
      'HorizontalPodAutoscaler web-backend',
      (o) => { o.spec.scaleTargetRef.name = 'web'; },
      "HorizontalPodAutoscaler web-backend: there is no Deployment 'web'",
    ],
    [
      'a disruption budget for nothing',
      'PodDisruptionBudget web-backend',
      (o) => { o.spec.selector.matchLabels = { app: 'web' }; },
      'PodDisruptionBudget web-backend: it is for the pods of nothing',
    ],
    [
      'a Service for the pods of two groups',
      'Service web',
      (o) => { delete o.spec.selector['app.kubernetes.io/instance']; },
      'Service web: it is for the pods of Deployment web-backend and Deployment web-router',
    ],
    [
      'a Service for nothing',
      'Service web',
      (o) => { o.spec.selector = { app: 'web' }; },
      'Service web: it is for the pods of nothing',
    ],
    [
      'a target port that is not there',
      'Service web',
      (o) => { o.spec.ports[0].targetPort = 80; },
      'Service web: its target port 80 is none of Deployment web-router',
    ],
    [
      'an Ingress to a port that is not there',
      'Service web',
      (o) => { o.spec.ports[0].port = 81; },
      "path '/' leads to port 8080 of Service 'web', which is not there",
    ],
    [
      'an HTTPRoute to a port that is not there',
      'HTTPRoute web',
      (o) => { o.spec.rules[0].backendRefs[0].port = 81; },
      "HTTPRoute web: it leads to port 81 of Service 'web', which is not there",
    ],
    [
      'two objects under one name',
      'Service web',
      (o, all) => { all.push(o); },
      "Service web of namespace 'shop' is there twice",
    ],
    [
      'pods without a policy',
      'NetworkPolicy web-backend',
      (o) => { o.spec.podSelector.matchLabels = { app: 'web' }; },
      'Deployment web-backend: 0 NetworkPolicies are for its pods',
    ],
    [
      'a policy for nothing',
      'NetworkPolicy web-backend',
      (o) => { o.spec.podSelector.matchLabels = { app: 'web' }; },
      'NetworkPolicy web-backend: it is for the pods of nothing',
    ],
    [
      'a policy for all pods',
      'NetworkPolicy web-backend',
      (o) => { o.spec.podSelector = {}; },
      'NetworkPolicy web-backend: it is for the pods of Deployment',
    ],
    [
      'a direction that is open',
      'NetworkPolicy web-backend',
      (o) => { o.spec.policyTypes = ['Ingress']; },
      'NetworkPolicy web-backend: its types are Ingress, so a direction is open',
    ],
    [
      'a rule that allows everything',
      'NetworkPolicy web-backend',
      (o) => { o.spec.egress.push({}); },
      'NetworkPolicy web-backend: a rule allows everything',
    ],
    [
      'a rule that allows everybody',
      'NetworkPolicy web-backend',
      (o) => { o.spec.ingress[0].from.push({ namespaceSelector: {} }); },
      'NetworkPolicy web-backend: a peer is everybody',
    ],
    [
      'a rule for all addresses',
      'NetworkPolicy web-backend',
      (o) => { o.spec.ingress[0].from.push({ ipBlock: { cidr: '0.0.0.0/0' } }); },
      'NetworkPolicy web-backend: a peer is everybody',
    ],
    [
      'a peer that is no pod',
      'NetworkPolicy web-backend',
      (o) => { o.spec.ingress[0].from[0].podSelector.matchLabels['app.kubernetes.io/instance'] = 'web'; },
      'is no pod',
    ],
    [
      'a way in to a port that is not there',
      'NetworkPolicy web-backend',
      (o) => { o.spec.ingress[0].ports[0].port = 3000; },
      'NetworkPolicy web-backend: it lets in to port 3000, which Deployment web-backend has not',
    ],
    [
      'a way out to a port that is not there',
      'NetworkPolicy users-router',
      (o) => { o.spec.egress[1].ports[0].port = 80; },
      'NetworkPolicy users-router: it lets out to port 80, which Deployment users-0 has not',
    ],
    [
      'a router that is not let out',
      'NetworkPolicy users-router',
      (o) => { o.spec.egress.pop(); },
      'Deployment users-router: it connects to Service users-0, and its NetworkPolicy does not let it out',
    ],
    [
      'a router that is not let out to a host outside',
      'NetworkPolicy mixed-router',
      (o) => { o.spec.egress.pop(); },
      'Deployment mixed-router: it connects to port 80 of shop.example.com, and its NetworkPolicy does not let it out',
    ],
    [
      'a root that is let out to another port only',
      'NetworkPolicy abroad-root',
      (o) => { o.spec.egress.find(({ ports: [{ port }] }: any) => port === 443).ports[0].port = 444; },
      'Deployment abroad-root: it connects to port 443 of rates.example.com, and its NetworkPolicy does not let it out',
    ],
    [
      'a root that is let out to an address in the place of a name',
      'NetworkPolicy abroad-root',
      (o) => {
        o.spec.egress.find(({ ports: [{ port }] }: any) => port === 443).to = [{ ipBlock: { cidr: '10.0.0.0/8' } }];
      },
      'Deployment abroad-root: it connects to port 443 of rates.example.com, and its NetworkPolicy does not let it out',
    ],
    [
      'a router that is let out to other addresses',
      'NetworkPolicy rates-router',
      (o) => { o.spec.egress.at(-1).to[0].ipBlock.cidr = '10.1.2.4/30'; },
      'Deployment rates-router: it connects to port 8443 of 10.1.2.3, and its NetworkPolicy does not let it out',
    ],
    [
      'a root that is let out to other addresses of IPv6',
      'NetworkPolicy abroad-root',
      (o) => { o.spec.egress.at(-1).to[0].ipBlock.cidr = 'fd00::2/128'; },
      'Deployment abroad-root: it connects to port 8080 of fd00::1, and its NetworkPolicy does not let it out',
    ],
    ['a root that is not let in', 'NetworkPolicy users-0', (o) => { o.spec.ingress[0].from.pop(); },
      'Deployment search-root: it connects to Service users-0, '
        + 'and the NetworkPolicy of Deployment users-0 does not let it in'],
  ];
  // Not written and read for each of them: that takes longer than all else.
  const whole: any[] = everyPattern(Testing.app()).charts.flatMap((chart) => chart.toJson());

  test.each(breakages)('%s', (_, title, breakIt, problem) => {
    const objects: any[] = structuredClone(whole);
    const object = objects.find(({ kind, metadata }) => `${kind} ${metadata.name}` === title);
    breakIt(object, objects);
    expect(problemsOf(objects)).toContainEqual(expect.stringContaining(problem));
  });
});
