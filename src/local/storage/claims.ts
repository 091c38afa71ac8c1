import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of persistent volume claims: each is made with the first pod that uses it, and outlives its pods. */
export class Claims {
  private readonly deletions = new Set<Promise<void>>();

  /** @param root what they lie in, a folder for each namespace. */
  public constructor(private readonly root: string) {}

  public folder(namespace: string, claim: string): string {
    return join(this.root, namespace, claim);
  }

  /** Removes the folder of a claim. */
  public delete(namespace: string, claim: string): void {
    // What cannot be removed, such as files that a container made as root, stays; there is nobody to be told.
    const deletion = rm(this.folder(namespace, claim), { recursive: true, force: true, maxRetries: 3 })
      .catch(() => {})
      .finally(() => this.deletions.delete(deletion));
    this.deletions.add(deletion);
  }

  /** Resolves when all that was deleted is gone. */
  public async settled(): Promise<void> {
    await Promise.all(this.deletions);
  }
}
