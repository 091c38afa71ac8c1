/** Runs a user's function in a pod: `node function-server.mjs /path/config.json`. */
import { contextOf } from './function-server/context';
import { FunctionExchange } from './function-server/exchange';
import { Budget } from './shared/budget';
import { loadFunction, readConfig } from './shared/config';
import { run } from './shared/program';
import type { FunctionServerConfig } from '../src/contract';

run({
  configure: (file) => readConfig<FunctionServerConfig>(
    file, ['port', 'adminPort', 'maxBodySize', 'maxConcurrency', 'timeout', 'drain'],
  ),
  start: async (config: FunctionServerConfig, { configFile, ...parts }) => {
    const handler = await loadFunction(configFile, config.code);
    const budget = new Budget(config.maxHeldSize);
    const options = { ...parts, config, handler, budget, context: contextOf(process.env), callee: 'handler' };
    return (req, res) => {
      // Asks the server and not the function: a router whether anybody is there (RFC 9110, section 9.3.7).
      if (req.method === 'OPTIONS' && req.url === '*') res.writeHead(204).end();
      else new FunctionExchange(options, req, res).run();
    };
  },
});
