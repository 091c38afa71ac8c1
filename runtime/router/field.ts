import config from 'config.js';
import { isJson, jsonBody, Refusal, routed } from './body';
import type { NjsRequest } from './njs';

const path = config.field!;
const shown = path.map((step) => typeof step === 'number' ? `[${step}]` : `.${step}`).join('').slice(1);

/** Routes by a field of the JSON body. */
function route(r: NjsRequest): void {
  routed(r, () => {
    if (!isJson(r.headersIn['Content-Type'])) {
      throw new Refusal(415, 'Unsupported Media Type', `the key is the field ${shown} of a JSON body: send it as application/json`);
    }
    r.variables.shard_key = key(jsonBody(r));
  });
}

function key(body: unknown): string {
  let value: any = body;
  for (const step of path) {
    const has = typeof step === 'number' ? Array.isArray(value) : typeof value === 'object' && value !== null && !Array.isArray(value);
    value = has && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Refusal(400, 'Bad Request', `the request has no key: field ${shown} of the body is missing, empty or no string, number or boolean`);
}

export default { route };
