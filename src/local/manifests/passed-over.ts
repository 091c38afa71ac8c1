/** What to do about the kinds that people try. */
const REMEDIES: Readonly<Record<string, string>> = {
  'apps/v1 DaemonSet': 'there is one node: use a Deployment with replicas 1',
  'apps/v1 ReplicaSet': 'use a Deployment, which makes its own',
  'v1 Pod': 'put its spec into the template of a Deployment with replicas 1',
  'batch/v1 Job': 'where something needs what it does, run its command yourself',
  'batch/v1 CronJob': 'where something needs what it does, run its command yourself',
};

/** What is to be said about a kind that nothing is done with. */
export function kindPassedOver(apiVersion: string, kind: string): string {
  const remedy = REMEDIES[`${apiVersion} ${kind}`];
  return `objects of the kind ${kind} (${apiVersion}) are passed over: the local cluster runs Deployments, `
    + `StatefulSets and Services${remedy ? `; ${remedy}` : ''}`;
}
