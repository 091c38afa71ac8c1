/** Runs a user's function in a pod: `node function-server.mjs /path/config.json`. */
import { placeOf } from './function-server/context';
import { FunctionExchange } from './function-server/exchange';
import { loadState } from './function-server/load-state';
import { Budget } from './shared/budget';
import { loadFunction, readConfig } from './shared/config';
import { run } from './shared/program';
import type { FunctionServerConfig } from '../src/contract';

run({
  configure: (file) => readConfig<FunctionServerConfig>(
    file, ['port', 'adminPort', 'maxBodySize', 'maxConcurrency', 'timeout', 'drain'],
  ),
  start: async (config: FunctionServerConfig, { configFile, ...parts }) => {
    const { env } = process;
    // before the code, which another pod may still be running with the same state
    const state = config.state && await loadState(config.state, { log: parts.log, env, now: Date.now });
    const handler = await loadFunction(configFile, config.code);
    const budget = new Budget(config.maxHeldSize);
    const context = { place: placeOf(env), state };
    const options = { ...parts, config, handler, budget, context, callee: 'handler' };
    return (req, res) => {
      // Asks the server and not the function: a router whether anybody is there (RFC 9110, section 9.3.7).
      if (req.method === 'OPTIONS' && req.url === '*') res.writeHead(204).end();
      else new FunctionExchange(options, req, res).run();
    };
  },
});
