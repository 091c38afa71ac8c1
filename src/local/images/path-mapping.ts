/**
 * A process on this machine has no mounts of its own. So wherever the path of a mount stands in an argument or an
 * environment variable, the folder that stands for it is put: at the start of the value or after `=`, `:`, `,` or
 * white space, and followed by `/`, by the end or by one of these.
 */
export class PathMapping {
  private readonly mounts: (readonly [mountPath: string, local: string])[];

  /** @param mounts from the path of a mount to the local file or folder. */
  public constructor(mounts: Iterable<readonly [mountPath: string, local: string, ...rest: unknown[]]>) {
    // The longest first: a mount may lie inside another one.
    this.mounts = [...mounts].map(([path, local]) => [path.replace(/(?!^)\/+$/, ''), local] as const)
      .sort(([a], [b]) => b.length - a.length);
  }

  /** The value with every mount path replaced. */
  public map(value: string): string {
    if (this.mounts.length === 0) return value;
    const paths = this.mounts.map(([path]) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    const whole = new RegExp(`(^|[=:,\\s])(${paths})(?=$|[/=:,\\s])`, 'g');
    return value.replace(whole, (_, before: string, path: string) => {
      return before + this.mounts.find(([each]) => each === path)![1];
    });
  }

  /** The local paths of what is mounted in a folder of the container's, in the order of their names there. */
  public within(folder: string): string[] {
    return this.mounts.filter(([path]) => path.startsWith(`${folder}/`))
      .sort(([a], [b]) => a < b ? -1 : 1)
      .map(([, local]) => local);
  }

  /** The local path of a path in the container, or undefined when no mount holds it. */
  public locate(path: string): string | undefined {
    const mount = this.mounts.find(([mountPath]) => path === mountPath || path.startsWith(`${mountPath}/`));
    return mount && mount[1] + path.slice(mount[0].length);
  }
}
