import { Chart, Testing } from 'cdk8s';
import { Capability, FsGroupChangePolicy } from 'cdk8s-plus-27';
import { find } from '../find';
import { Backend, Code, Gather, PodSecurityContext, ScatterGather, Spread } from 'cdk8s-metaparticle';

/** The pods of a backend; those of the router stay as they are. */
function podOf(
  securityContext: PodSecurityContext,
  backend = Backend.fromImage('ghcr.io/acme/api:1', { port: 8080 }),
): any {
  const chart = new Chart(Testing.app(), 'shop');
  new Spread(chart, 'Web', { backend, pods: { securityContext }, router: { pods: { securityContext: {} } } });
  return find(chart, 'Deployment', 'web-backend').spec.template.spec;
}

const seccompProfile = { type: 'RuntimeDefault' };

test.each<[string, PodSecurityContext, object]>([
  [
    'of the image, which names its group too',
    { user: 70 },
    { runAsNonRoot: true, runAsUser: 70, runAsGroup: 70, fsGroup: 70 },
  ],
  ['with a group', { user: 1001, group: 0 }, { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 0, fsGroup: 0 }],
  [
    'with another group for volumes',
    { fsGroup: 2000 },
    { runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, fsGroup: 2000 },
  ],
  [
    'root, where that is meant',
    { user: 0, ensureNonRoot: false },
    { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0, fsGroup: 0 },
  ],
  ['that OpenShift chooses', { assignUser: false }, { runAsNonRoot: true }],
  [
    'of the image, whoever that is',
    { assignUser: false, ensureNonRoot: false, fsGroup: 999 },
    { runAsNonRoot: false, fsGroup: 999 },
  ],
])('containers run as the user %s', (_, given, expected) => {
  expect(podOf(given).securityContext).toEqual({ ...expected, seccompProfile });
});

test('how volumes get their group, and what the kernel is told, is written on the pod', () => {
  const { securityContext } = podOf({
    fsGroupChangePolicy: FsGroupChangePolicy.ON_ROOT_MISMATCH,
    sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
  });
  expect(securityContext).toMatchObject({
    fsGroupChangePolicy: 'OnRootMismatch',
    sysctls: [{ name: 'net.ipv4.tcp_syncookies', value: '1' }],
  });
});

test.each<[string, PodSecurityContext, object]>([
  [
    'is hardened, whoever its user is',
    { user: 70 },
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  ],
  [
    'writes where its image does',
    { readOnlyRootFilesystem: false },
    { allowPrivilegeEscalation: false, readOnlyRootFilesystem: false, capabilities: { drop: ['ALL'] } },
  ],
  [
    'has capabilities of root, as Kubernetes calls them',
    { user: 0, ensureNonRoot: false, capabilities: [Capability.CHOWN, Capability.NET_BIND_SERVICE] },
    {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_BIND_SERVICE'] },
    },
  ],
  [
    'has capabilities that a file carries',
    { capabilities: [Capability.NET_RAW], allowPrivilegeEscalation: true },
    {
      allowPrivilegeEscalation: true,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_RAW'] },
    },
  ],
])('a container %s', (_, given, expected) => {
  expect(podOf(given).containers[0].securityContext).toEqual(expected);
});

test('a function may run as another user too', () => {
  expect(podOf({ user: 20001 }, Backend.fromFunction(Code.fromInline('() => 1'))).securityContext)
    .toMatchObject({ runAsUser: 20001, runAsGroup: 20001, fsGroup: 20001 });
});

test.each([
  ['router', 'Web/Router'],
  ['root', 'Search/Root'],
])('a %s never runs as root, which it has no need of', (role, path) => {
  const chart = new Chart(Testing.app(), 'shop');
  const backend = Backend.fromImage('ghcr.io/acme/api:1', { port: 8080 });
  const pods = { securityContext: { user: 0, ensureNonRoot: false } };
  const make = () =>
    role === 'router'
      ? new Spread(chart, 'Web', { backend, pods })
      : new ScatterGather(chart, 'Search', { backend, leaves: 1, gather: Gather.all(), pods });
  expect(make).toThrow(new Error(
    `[shop/${path}] pods.securityContext lets a ${role} run as root, which needs no such right: `
      + 'give it in the pods of the backend',
  ));
});

describe('what contradicts itself or has no effect is refused:', () => {
  test.each<[string, PodSecurityContext, string]>([
    ['a user that is no number', { user: 1.5 }, 'user is 1.5: it must be a whole number from 0 to 2147483647'],
    ['a group below 0', { group: -1 }, 'group is -1: it must be a whole number from 0 to 2147483647'],
    [
      'a group of volumes that Kubernetes has no number for',
      { fsGroup: 2 ** 31 },
      'fsGroup is 2147483648: it must be a whole number from 0 to 2147483647',
    ],
    [
      'a user beside none',
      { user: 70, assignUser: false },
      'user is 70, and assignUser is false: leave one of them out',
    ],
    [
      'root that must not be root', { user: 0 },
      'user is 0, which is root: give ensureNonRoot: false as well where the image needs it, '
        + 'in a namespace that allows the baseline Pod Security Standard',
    ],
    [
      'a right to be root, without root', { ensureNonRoot: false },
      'ensureNonRoot is false, but the user is 10001: give user: 0, or assignUser: false for the user of the image, '
        + 'or leave it out',
    ],
    [
      'a capability that is none', { user: 0, ensureNonRoot: false, capabilities: ['chown'] },
      "capabilities names 'chown', which is no capability of Linux: write it as in 'NET_BIND_SERVICE'",
    ],
    [
      'a capability of a user who never gets it', { user: 70, capabilities: [Capability.NET_ADMIN] },
      'capabilities has no effect on a user other than root: run as root with user: 0 and ensureNonRoot: false, '
        + 'or give allowPrivilegeEscalation: true, '
      + 'for a program file that carries them',
    ],
    [
      'a sysctl with no name',
      { sysctls: [{ name: 'net core', value: '1' }] },
      "sysctls[0].name is 'net core': write it as in 'net.core.somaxconn'",
    ],
    [
      'a sysctl with two values', { sysctls: ['1', '2'].map((value) => ({ name: 'net.core.somaxconn', value })) },
      "sysctls names 'net.core.somaxconn' twice: give one value",
    ],
  ])('%s', (_, given, message) => {
    expect(() => podOf(given)).toThrow(new Error(`[shop/Web/Backend] pods.securityContext.${message}`));
  });
});
