import { append } from './append';
import { Group, Groups } from './groups';
import type { Known } from './kinds';
import { Policies } from './policies';
import { Program, Programs } from './programs';
import { Services } from './services';
import { Sizes } from './sizes';

/** The recommended labels that name what pods belong to, and their role in it. */
export const NAME = 'app.kubernetes.io/name';
export const COMPONENT = 'app.kubernetes.io/component';

/** What manifests tell, found once. */
export class Facts {
  public readonly groups: Groups;
  public readonly services: Services;
  public readonly policies: Policies;
  public readonly sizes: Sizes;
  public readonly programs: ReadonlyMap<Group, Program>;
  /** By namespace and name. */
  public readonly claims: ReadonlyMap<string, Known>;
  /** The groups of each pattern, by its id. */
  public readonly patterns: ReadonlyMap<string, readonly Group[]>;

  public constructor(objects: readonly Known[]) {
    this.groups = new Groups(objects);
    this.services = new Services(objects, this.groups);
    this.policies = new Policies(objects, this.groups);
    this.sizes = new Sizes(objects);
    const programs = new Programs(objects);
    this.programs = new Map(this.groups.all.map((group) => [group, programs.of(group)]));
    this.claims = new Map(objects.filter(({ type }) => type === '/PersistentVolumeClaim').map(
      (claim) => [`${claim.namespace}/${claim.metadata.name}`, claim],
    ));
    this.patterns = this.findPatterns();
  }

  /** The id of the pattern that a group is a part of. */
  public patternOf(group: Group): string | undefined {
    const id = patternId(group);
    return id !== undefined && this.patterns.has(id) ? id : undefined;
  }

  /** What stands in front of something, and groups that have a name in common. */
  private findPatterns(): Map<string, readonly Group[]> {
    const named = new Map<string, Group[]>();
    for (const group of this.groups.all) {
      const id = patternId(group);
      if (id !== undefined) append(named, id, group);
    }
    return new Map([...named].filter(([, members]) => (
      members.length > 1 || this.programs.get(members[0])!.pattern !== undefined
    )));
  }
}

function patternId({ namespace, labels }: Group): string | undefined {
  return labels[NAME] === undefined ? undefined : `Pattern/${namespace}/${labels[NAME]}`;
}
