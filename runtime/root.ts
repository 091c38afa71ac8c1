/** Asks all leaves of a ScatterGather, and makes one answer of theirs: `node root.mjs /path/config.json`. */
import { Circuit } from './root/circuit';
import { RootExchange } from './root/exchange';
import { Forms } from './root/form';
import { trustIn } from './root/forwarded';
import { gathererOf } from './root/gathers';
import { Leaf } from './root/leaf';
import { LeafMetrics } from './root/leaf-metrics';
import { scatterLeaves } from './root/scatter-leaf';
import { Scatterer } from './root/scatterer';
import { Budget } from './shared/budget';
import { loadFunction, readConfig } from './shared/config';
import { names } from './shared/names';
import { run } from './shared/program';
import { Secure } from './shared/secure';
import type { RootConfig } from '../src/contract';

/** How often leaves are looked after, in milliseconds. */
const TICK = 500;

run({
  configure: (file) => readConfig<RootConfig>(file, [
    'port', 'adminPort', 'timeout', 'minResponses', 'maxBodySize', 'maxAnswerSize', 'maxConcurrency', 'drain',
  ]),
  start: async (config: RootConfig, { configFile, page, ...parts }) => {
    const full = (name: string) => name.replace('${POD_NAMESPACE}', process.env.POD_NAMESPACE ?? 'default');
    const metrics = new LeafMetrics(page);
    const lookup = names();
    const forms = new Forms(process.env);
    const leaves = config.leaves.map(({ host, podsHost, ...leaf }) => {
      const { way } = leaf;
      const secure = way?.tls && new Secure(full(way.tls.serverName), way.tls, process.env);
      return new Leaf(
        { ...leaf, host: full(host), podsHost: podsHost && full(podsHost) },
        lookup,
        metrics.of(leaf.name),
        { form: forms.of(way && { ...way, host: way.host && full(way.host) }), secure },
        config.circuitBreaker && new Circuit(config.circuitBreaker, metrics.ofCircuit(leaf.name)),
      );
    });
    setInterval(() => leaves.forEach((leaf) => leaf.tick(performance.now())), TICK).unref();
    const accepted = new Set(config.accept);
    const { timeout, minResponses, hedgeAfter } = config;
    const options = {
      ...parts,
      config,
      callee: 'gather',
      budget: new Budget(config.maxHeldSize),
      trusts: trustIn(config.trustedProxies),
      forms: forms.all,
      scatterer: config.scatter === undefined ? undefined : new Scatterer(
        await loadFunction(configFile, config.scatter), scatterLeaves(config.leaves), leaves, forms.all,
      ),
      rules: {
        leaves,
        timeout,
        minResponses,
        hedgeAfter,
        gatherer: gathererOf(
          config.gather, config.gather === 'function' ? await loadFunction(configFile, config.code) : undefined,
        ),
      },
      accepts: (status: number) => accepted.has(String(status)) || accepted.has(`${Math.floor(status / 100)}xx`),
    };
    return (req, res) => new RootExchange(options, req, res).run();
  },
});
