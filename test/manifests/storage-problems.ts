import { containersOf, namespaceOf, Objects, titleOf } from './objects';

/** The longest of a StatefulSet's name: pods have a label with it, a dash and a hash of ten digits. */
const LONGEST_NAME = 52;

/** What a StatefulSet's claims and names need and have not. */
export function storageProblems(set: any, objects: Objects): string[] {
  const title = titleOf(set);
  const { serviceName, volumeClaimTemplates = [], template: { spec, metadata } } = set.spec;
  const problems: string[] = [];
  const complain = (problem: string) => problems.push(`${title}: ${problem}`);

  const service = objects.find('Service', serviceName, namespaceOf(set));
  if (service?.spec.clusterIP !== 'None') {
    complain(`its pods have names below '${serviceName}', which is no headless Service`);
  } else if (!Object.entries(service.spec.selector).every(([label, value]) => metadata.labels[label] === value)) {
    complain(`its pods have names below '${serviceName}', which is for other pods`);
  }
  if (set.metadata.name.length > LONGEST_NAME) complain(`its name has more than ${LONGEST_NAME} characters`);
  if (volumeClaimTemplates.length === 0) complain('it has no claims, so that it could be a Deployment');

  const mounted = containersOf(set).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }: any) => name));
  const names: string[] = volumeClaimTemplates.map((claim: any) => claim.metadata.name);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) !== index) complain(`two of its claims are called '${name}'`);
    if (!mounted.includes(name)) complain(`its claim '${name}' is mounted nowhere`);
    if ((spec.volumes ?? []).some((volume: any) => volume.name === name)) {
      complain(`its claim '${name}' takes the place of a volume of that name`);
    }
  }
  for (const name of prefixes(set)) {
    const others = objects.ofKind('StatefulSet').filter((other) => (
      other !== set && namespaceOf(other) === namespaceOf(set) && prefixes(other).includes(name)
    ));
    for (const other of others) complain(`its claims '${name}-0' … are those of ${titleOf(other)} too`);
  }
  return problems;
}

/** What the names of its claims begin with, before the number of the replica. */
function prefixes({ metadata, spec }: any): string[] {
  return (spec.volumeClaimTemplates ?? []).map((claim: any) => `${claim.metadata.name}-${metadata.name}`);
}
