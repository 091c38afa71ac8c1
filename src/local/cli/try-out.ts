import pc from 'picocolors';
import { Attempt, judge, Trial, Verdict } from './try';
import { LocalCluster } from '../cluster';

/** Sends the requests of a trial, one after the other, and sums them up. */
export async function tryOut(cluster: LocalCluster, { service, path }: Trial, count: number): Promise<Verdict> {
  const { host, port } = cluster.address(service);
  const attempts: Attempt[] = [];
  while (attempts.length < count) attempts.push(await attempt(cluster, service, path));
  const served = new Set(attempts.map(({ pod }) => pod));
  const groups = new Set(cluster.pods().filter(({ name }) => served.has(name)).map(({ group }) => group));
  const replicas = cluster.pods()
    .filter(({ group, phase }) => groups.has(group) && phase === 'Running')
    .map(({ name }) => name);
  return judge(`http://${host}:${port}${path}`, attempts, replicas, pc);
}

async function attempt(cluster: LocalCluster, service: string, path: string): Promise<Attempt> {
  try {
    const response = await cluster.fetch(service, path);
    return { status: response.status, pod: cluster.servedBy(response)?.name, body: await response.text() };
  } catch (error) {
    return { body: '', error: (error as Error).message.split('\n')[0] };
  }
}
