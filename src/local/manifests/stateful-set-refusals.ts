import { isDeepStrictEqual } from 'node:util';
import { titleOf } from './kube';
import { ClaimTemplate, StatefulSet } from './workload';

/** What each of these may be; Kubernetes takes nothing else. */
const WORDS: readonly [property: string, of: (spec: StatefulSet['spec']) => string | undefined, words: string[]][] = [
  ['podManagementPolicy', (spec) => spec.podManagementPolicy, ['OrderedReady', 'Parallel']],
  ['updateStrategy.type', (spec) => spec.updateStrategy?.type, ['RollingUpdate', 'OnDelete']],
  ...(['whenDeleted', 'whenScaled'] as const).map((when): (typeof WORDS)[number] => [
    `persistentVolumeClaimRetentionPolicy.${when}`,
    (spec) => spec.persistentVolumeClaimRetentionPolicy?.[when],
    ['Retain', 'Delete'],
  ]),
];

/** Refuses what no StatefulSet may be, and what its pods would wait for in vain. */
export function refuseStatefulSet(set: StatefulSet): void {
  const title = titleOf(set);
  const { spec } = set;
  for (const [property, of, words] of WORDS) {
    const value = of(spec);
    if (value !== undefined && !words.includes(value)) {
      throw new Error(`${title}: ${property} is ${JSON.stringify(value)}: give ${words.join(' or ')}`);
    }
  }
  const numbers = {
    'ordinals.start': spec.ordinals?.start,
    'updateStrategy.rollingUpdate.partition': spec.updateStrategy?.rollingUpdate?.partition,
  };
  for (const [property, value = 0] of Object.entries(numbers)) {
    if (value < 0) throw new Error(`${title}: ${property} is ${value}: give a whole number, 0 or more`);
  }
  const names = new Set<string>();
  for (const template of spec.volumeClaimTemplates ?? []) refuseClaimTemplate(title, template, names);
}

function refuseClaimTemplate(title: string, { metadata, spec }: ClaimTemplate, names: Set<string>): void {
  const name = metadata!.name!;
  if (names.has(name)) {
    throw new Error(`${title} has two claim templates named ${name}: give one of them another name`);
  }
  names.add(name);
  if (!spec?.accessModes?.length) {
    throw new Error(`${title}: claim template ${name} has no accessModes: give one, as in [ReadWriteOnce]`);
  }
  if (spec.resources?.requests?.storage === undefined) {
    throw new Error(`${title}: claim template ${name} says no size: give resources.requests.storage`);
  }
}

/** What may not change, with what an API server takes it for where it is left out. */
const FIXED: Readonly<Record<string, unknown>> = {
  serviceName: '', podManagementPolicy: 'OrderedReady', selector: {}, volumeClaimTemplates: [],
};

/** Refuses changes that an API server refuses. */
export function refuseChange(before: StatefulSet, after: StatefulSet): void {
  const fixed = ({ spec }: StatefulSet) => new Map(Object.entries({ ...FIXED, ...spec }));
  for (const property of Object.keys(FIXED)) {
    if (isDeepStrictEqual(fixed(before).get(property), fixed(after).get(property))) continue;
    throw new Error(`${titleOf(after)}: ${property} is another one than before, and Kubernetes lets no StatefulSet `
      + 'change it: leave it as it was, or delete the StatefulSet first; its claims stay');
  }
}
