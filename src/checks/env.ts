import { IConstruct } from 'constructs';
import { refuse } from './errors';

/**
 * Refuses what is no name of an environment variable to Kubernetes 1.30 (IsEnvVarName in
 * k8s.io/apimachinery/pkg/util/validation).
 * @param ours the names of what the pattern sets itself
 * @param owner what stands before the property in sentences: `root.`
 */
export function checkEnv(
  scope: IConstruct, env: { readonly [name: string]: unknown }, ours: readonly string[], owner = '',
): void {
  for (const name of Object.keys(env)) {
    if (!/^[-._A-Za-z][-._A-Za-z0-9]*$/.test(name) || /^(\.$|\.\.)/.test(name)) {
      refuse(scope, `${owner}env names '${name}': a name has letters, digits, underscores, dashes and dots, and `
        + 'starts neither with a digit nor with two dots');
    }
    if (ours.includes(name)) {
      refuse(scope, `${owner}env sets '${name}', which the pattern sets itself: use another name`);
    }
  }
}
