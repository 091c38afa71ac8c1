import { IConstruct } from 'constructs';
import type { Claim } from './claims';
import { refuse } from '../checks/errors';
import { checkWhole, LARGEST } from '../checks/numbers';
import type { ContainerSecurity } from '../platform/additional-container';
import type { PodSecurityContext } from '../platform/pod-security';

/** Any number from 10000 up is no user of a node's own; the images' own ids below that may be. */
const USER = 10001;

/** Roles whose programs are ours, and run as any user. */
const FRONT = ['router', 'root'];

/**
 * The `securityContext` of pods.
 * @throws where it contradicts itself, would have no effect, or is more than a router or root needs
 */
export function podSecurity(
  scope: IConstruct, role: string, given: PodSecurityContext = {}, ports: readonly number[] = [],
  claims: readonly Claim[] = [],
): object {
  // Else a volume of a million files is gone through at each start.
  const { fsGroupChangePolicy = claims.length > 0 ? 'OnRootMismatch' : undefined } = given;
  const { ensureNonRoot = true, sysctls, assignUser = true } = given;
  checkUser(scope, role, given);
  const { user = assignUser ? USER : undefined } = given;
  const { group = user } = given;
  return {
    runAsNonRoot: ensureNonRoot,
    runAsUser: user,
    runAsGroup: group,
    // So that the program may write to its emptyDirs.
    fsGroup: given.fsGroup ?? group,
    fsGroupChangePolicy,
    sysctls: allSysctls(scope, sysctls, ports),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/**
 * The `securityContext` of each of their containers.
 * @throws where it would have no effect
 */
export function containerSecurity(scope: IConstruct, given: PodSecurityContext = {}): object {
  const { ensureNonRoot = true, readOnlyRootFilesystem = true, allowPrivilegeEscalation = false } = given;
  const capabilities = plainCapabilities(scope, 'pods.securityContext.capabilities', given.capabilities ?? []);
  // Those of a process that is not root are what a file adds to none, and without escalation a file adds nothing
  // (capabilities(7), no_new_privs).
  if (capabilities.length > 0 && ensureNonRoot && !allowPrivilegeEscalation) {
    refuse(scope, 'pods.securityContext.capabilities has no effect on a user other than root: run as root '
      + 'with user: 0 and ensureNonRoot: false, or give allowPrivilegeEscalation: true, '
      + 'for a program file that carries them');
  }
  return {
    allowPrivilegeEscalation,
    readOnlyRootFilesystem,
    capabilities: { drop: ['ALL'], ...capabilities.length > 0 && { add: capabilities } },
  };
}

/**
 * What is given of the `securityContext` of one container, in Kubernetes' names.
 * @param called where it is given
 */
export function givenSecurity(scope: IConstruct, called: string, given: ContainerSecurity): object {
  const { user, group, ensureNonRoot, capabilities, ...others } = given;
  checkIds(scope, called, { user, group });
  const { add, drop = ['ALL'] } = capabilities ?? {};
  const plain = (which: string, names: readonly string[]) => (
    plainCapabilities(scope, `${called}.capabilities.${which}`, names)
  );
  const written = {
    runAsUser: user,
    runAsGroup: group,
    runAsNonRoot: ensureNonRoot,
    capabilities: capabilities && { drop: plain('drop', drop), add: add && plain('add', add) },
    ...others,
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
}

/**
 * Kubernetes writes them without the prefix that they have in Linux, and in some versions of cdk8s-plus.
 * @throws where one is none
 */
function plainCapabilities(scope: IConstruct, called: string, names: readonly string[]): string[] {
  return names.map((given) => {
    const name = given.replace(/^CAP_/, '');
    if (/^[A-Z][A-Z_]*$/.test(name)) return name;
    return refuse(scope, `${called} names '${name}', which is no capability of Linux: `
      + "write it as in 'NET_BIND_SERVICE'");
  });
}

function checkIds(scope: IConstruct, called: string, ids: { readonly [property: string]: number | undefined }): void {
  for (const [property, id] of Object.entries(ids)) {
    if (id !== undefined) checkWhole(scope, `${called}.${property}`, id, 0, LARGEST);
  }
}

function checkUser(scope: IConstruct, role: string, given: PodSecurityContext): void {
  const { user, group, fsGroup, ensureNonRoot = true, assignUser = true } = given;
  checkIds(scope, 'pods.securityContext', { user, group, fsGroup });
  if (user !== undefined && !assignUser) {
    refuse(scope, `pods.securityContext.user is ${user}, and assignUser is false: leave one of them out`);
  }
  if (user === 0 && ensureNonRoot) {
    refuse(scope, 'pods.securityContext.user is 0, which is root: give ensureNonRoot: false as well where the '
      + 'image needs it, in a namespace that allows the baseline Pod Security Standard');
  }
  if (user !== 0 && assignUser && !ensureNonRoot) {
    refuse(scope, `pods.securityContext.ensureNonRoot is false, but the user is ${user ?? USER}: give user: 0, `
      + 'or assignUser: false for the user of the image, or leave it out');
  }
  if (!ensureNonRoot && FRONT.includes(role)) {
    refuse(scope, `pods.securityContext lets a ${role} run as root, which needs no such right: give it in the pods `
      + 'of the backend');
  }
}

/** Below it, Linux lets only privileged programs listen. */
const UNPRIVILEGED = 1024;

/**
 * Those that are given, and one that lets a program without privileges listen on its low port: it is among the safe
 * ones.
 */
function allSysctls(
  scope: IConstruct, given: PodSecurityContext['sysctls'], ports: readonly number[],
): object[] | undefined {
  const lowest = Math.min(UNPRIVILEGED, ...ports);
  const name = 'net.ipv4.ip_unprivileged_port_start';
  const own = given?.find((each) => each.name === name);
  if (own && !(Number(own.value) <= lowest)) {
    refuse(scope, `pods.securityContext.sysctls sets ${name} to '${own.value}', and a container listens on port `
      + `${lowest}: lower it, or leave it out`);
  }
  if (lowest === UNPRIVILEGED || own) return given && checkedSysctls(scope, given);
  return checkedSysctls(scope, [...given ?? [], { name, value: `${lowest}` }]);
}

function checkedSysctls(scope: IConstruct, sysctls: NonNullable<PodSecurityContext['sysctls']>): object[] {
  const names = sysctls.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    if (!/^[a-z0-9]([-_a-z0-9]*[a-z0-9])?([./][a-z0-9]([-_a-z0-9]*[a-z0-9])?)*$/.test(name)) {
      refuse(scope, `pods.securityContext.sysctls[${index}].name is '${name}': write it as in 'net.core.somaxconn'`);
    }
    if (names.indexOf(name) !== index) {
      refuse(scope, `pods.securityContext.sysctls names '${name}' twice: give one value`);
    }
  }
  return sysctls.map(({ name, value }) => ({ name, value }));
}
