import config from 'config.js';
import type { NjsRequest } from './njs';
import { decodeParameter, parameters } from './parameters';

/** `$shard_key_decoded`: the value of the key's parameter, where it or a name before it is encoded. */
function query(r: NjsRequest): string {
  for (const [name, value] of parameters(r.variables.args ?? '')) {
    if (decodeParameter(name) === config.query) return decodeParameter(value);
  }
  return '';
}

export default { query };
