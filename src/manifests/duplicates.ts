import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';

/**
 * Sentences on objects that are not ours and have the kind, name and namespace of one of ours: of two such objects the
 * one that is applied last silently replaces the other.
 *
 * @param root the app
 * @param holders the constructs whose objects are ours
 */
export function duplicates(root: IConstruct, holders: ReadonlySet<IConstruct>): string[] {
  const ours = new Map<string, ApiObject>();
  const others: ApiObject[] = [];
  for (const object of root.node.findAll()) {
    if (!ApiObject.isApiObject(object)) continue;
    if (object.node.scopes.some((scope) => holders.has(scope))) ours.set(keyOf(object), object);
    else others.push(object);
  }
  return others.flatMap((object) => {
    const mine = ours.get(keyOf(object));
    if (!mine) return [];
    return `[${object.node.path}] makes the ${object.kind} '${object.name}', which [${mine.node.path}] makes too, `
      + 'and one would silently replace the other: '
      + `use another name${object.kind === 'Service' ? ' here, or service.name of the pattern' : ' or id'}, `
      + 'or charts with different namespaces';
  });
}

/** Versions of a kind are views of the same object; kinds of one name in different groups are not. */
function keyOf({ apiGroup, kind, name, metadata }: ApiObject): string {
  return [apiGroup, kind, metadata.namespace ?? '', name].join('/');
}
