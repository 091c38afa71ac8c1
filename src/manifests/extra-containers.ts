import { Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IConstruct } from 'constructs';
import { renderMounts } from './mounts';
import type { PodParts } from './pod-parts';
import { startingProbe } from './probes';
import { checkResources, renderResources, withDefaults } from './resources';
import { givenSecurity } from './security-context';
import { refuse } from '../checks/errors';
import { isLabel } from '../checks/hosts';
import { checkPort } from '../checks/numbers';
import type { AdditionalContainer } from '../platform/additional-container';
import { checkImage } from '../platform/image';
import type { Mount } from '../platform/mount';

/** Containers beside the one that takes requests. */
export interface ExtraContainers {
  /** Each ends before the next starts. */
  readonly initContainers?: readonly AdditionalContainer[];
  /** They run as long as the pod does. */
  readonly sidecars?: readonly AdditionalContainer[];
}

/** What listens in a pod. */
export interface Listening {
  /** Port numbers of the container that takes requests, by name. */
  readonly ports: { readonly [name: string]: number };
  readonly brought?: ExtraContainers;
}

/** The TCP ports on which the containers of a pod listen. */
export function listenedOn({ ports, brought: { sidecars = [] } = {} }: Listening): readonly number[] {
  return [...Object.values(ports), ...sidecars.flatMap(portsOf)];
}

function portsOf(props: AdditionalContainer): readonly number[] {
  const { ports } = containerOf(props);
  return ports
    .filter(({ protocol = kplus.Protocol.TCP }) => protocol === kplus.Protocol.TCP)
    .map(({ number }) => number);
}

/**
 * A container of cdk8s-plus, which asks the objects of another one for no more than how they are rendered. It gets no
 * resources and no mounts: it would refuse sizes that are no whole GiB, and we render both.
 */
function containerOf(props: AdditionalContainer): kplus.Container {
  return new kplus.Container({ ...props, resources: {}, volumeMounts: [] } as kplus.ContainerProps);
}

/** What mounts the user's volumes in a pod. */
export interface Mounting extends ExtraContainers {
  readonly volumeMounts?: readonly Mount[];
}

/** All that the containers of a pod mount of them. */
export function mountsOf(
  { volumeMounts = [], sidecars = [], initContainers = [] }: Mounting = {},
): readonly Mount[] {
  return [...volumeMounts, ...[...sidecars, ...initContainers].flatMap((each) => each.volumeMounts ?? [])];
}

/** Little, because most of them do little: who needs more says so. */
const RESOURCES = {
  cpu: { request: kplus.Cpu.millis(50), limit: kplus.Cpu.millis(500) },
  memory: { request: Size.mebibytes(128), limit: Size.mebibytes(128) },
  ephemeralStorage: { request: Size.mebibytes(16), limit: Size.mebibytes(64) },
};

/** Only of a container that goes on running. */
const OF_SIDECARS = ['readiness', 'liveness', 'startup', 'lifecycle'] as const;

/**
 * The `initContainers` of a pod. Sidecars come first, so that the others can use them
 * (https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/).
 * @throws where Kubernetes would refuse one
 */
export function renderExtras(
  scope: IConstruct, main: string,
  { ports, brought: { initContainers = [], sidecars = [] } = {} }: Listening, parts: PodParts,
): object[] {
  const taken = new Set(Object.values(ports));
  const names = new Set([main]);
  const named = (property: string, index: number, { name: given }: AdditionalContainer) => {
    const name = given ?? `${property.toLowerCase().replace(/s$/, '')}-${index}`;
    if (!isLabel(name)) {
      refuse(scope, `${property}[${index}].name is '${name}', which is no DNS label: use lower-case letters, `
        + 'digits and dashes');
    }
    if (names.has(name)) {
      refuse(scope, `${property}[${index}].name is '${name}', and another container has that name: use another one`);
    }
    names.add(name);
    return name;
  };
  const extra = (property: string, each: AdditionalContainer, index: number) => {
    const called = `${property}[${index}]`;
    checkImage(scope, `${called}.image`, each.image);
    return renderExtra(scope, called, { ...each, name: named(property, index, each) }, parts);
  };
  return [
    ...sidecars.map((each, index) => {
      for (const port of portsOf(each)) {
        if (taken.has(port)) {
          refuse(scope, `sidecars[${index}].ports has ${port}, where another container of the pod listens: `
            + 'use another port');
        }
        taken.add(port);
      }
      return { ...extra('sidecars', each, index), restartPolicy: 'Always' };
    }),
    ...initContainers.map((each, index) => {
      for (const property of OF_SIDECARS) {
        if (!each[property]) continue;
        refuse(scope, `initContainers[${index}].${property} is given, `
          + 'but an init container ends before it could matter: leave it out, or make it one of the sidecars');
      }
      // cdk8s-plus asks whatever has a port.
      const { startupProbe, ...rendered } = extra('initContainers', each, index);
      return rendered;
    }),
  ];
}

/** As cdk8s-plus renders it, with our defaults in the place of its own. */
function renderExtra(
  scope: IConstruct, called: string, props: AdditionalContainer & { readonly name: string }, parts: PodParts,
): Rendered {
  const resources = withDefaults(props.resources, RESOURCES);
  checkResources(scope, resources, `${called}.resources`);
  const { securityContext = {}, volumeMounts = [], imagePullPolicy, startup } = props;
  const container = containerOf(props);
  const { portNumber: port } = container;
  for (const { number, hostPort } of container.ports) {
    checkPort(scope, `${called}.ports`, number);
    if (hostPort !== undefined) checkPort(scope, `${called}.hostPort`, hostPort);
  }
  return {
    ...kplus.k8s.toJson_Container(container._toKube()),
    ...parts.containers,
    ...imagePullPolicy && { imagePullPolicy },
    ...port && !startup && { startupProbe: startingProbe({ tcpSocket: { port } }) },
    resources: renderResources(resources),
    volumeMounts: volumeMounts.length > 0
      ? renderMounts(scope, `${called}.volumeMounts`, volumeMounts, [])
      : undefined,
    securityContext: {
      ...(parts.containers as Rendered).securityContext,
      ...givenSecurity(scope, `${called}.securityContext`, securityContext),
    },
  };
}

interface Rendered {
  readonly [field: string]: any;
}
