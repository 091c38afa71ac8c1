import config from 'config.js';
import { keyVariable } from './key';
import type { NjsRequest } from './njs';
import { textOf } from './request';
import { Problem } from '../shared/problem';
import { decodeParameter, firstParameter } from '../shared/target';

/** `$shard_key_decoded`: the value of the key's parameter, where it or a name before it is encoded. */
function query(r: NjsRequest): string | Uint8Array {
  return keyVariable(r, parameterOf);
}

function parameterOf(r: NjsRequest): string {
  return decodeParameter(firstParameter(textOf(r, 'args', 'the query') ?? '', config.query!) ?? '', () => {
    throw new Problem(400, `the query parameter ${config.query} is the key, and is not valid UTF-8`);
  });
}

export default { query };
