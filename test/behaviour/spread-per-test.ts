import { Chart, Testing } from 'cdk8s';
import { Cluster, clusterPerTest, Engine, StartOptions } from './engine';
import { Backend, Code, IBackend, Spread, SpreadProps } from 'cdk8s-metaparticle';

/** Says which pod answers. */
export const who = Backend.fromFunction(Code.fromInline('(request, context) => context.pod'));

type Start = (backend: IBackend, props?: Partial<SpreadProps>, options?: StartOptions) => Promise<[Cluster, Spread]>;

/** Starts a cluster with one Spread in a test, and stops it after that test. */
export function spreadPerTest(engine: Engine): Start {
  const start = clusterPerTest(engine);
  return async (backend, props = {}, options) => {
    const chart = new Chart(Testing.app(), 'test');
    const web = new Spread(chart, 'Web', { backend, ...props });
    return [await start(chart, options), web];
  };
}
