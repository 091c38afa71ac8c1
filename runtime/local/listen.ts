import { Server } from 'node:net';
import { LocalPod } from './pod';

const EVERYWHERE = new Set<unknown>([undefined, null, '', '0.0.0.0', '::']);

/** Lets what listens on every address listen on the pod's: another pod may listen on the same port. */
export function listenOnPod({ address }: LocalPod): void {
  // A server on localhost alone is out of reach of probes and Services, as in a pod.
  const own = (host: unknown) => EVERYWHERE.has(host) ? address : host === 'localhost' ? '127.0.0.1' : host;
  const listen = Server.prototype.listen as (...args: any[]) => Server;
  Server.prototype.listen = function (this: Server, first: any, ...rest: any[]): Server {
    if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
      if (typeof rest[0] === 'string' || rest[0] === undefined || rest[0] === null) rest[0] = own(rest[0]);
      else rest.unshift(address);
      return listen.call(this, first, ...rest);
    }
    const isPort = first && typeof first === 'object' && first.port !== undefined;
    return listen.call(this, isPort ? { ...first, host: own(first.host) } : first, ...rest);
  };
}
