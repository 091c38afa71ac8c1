import { ServerResponse } from 'node:http';
import { LocalPod } from './pod';

/**
 * Says who answered, where no router says so, or where it only knows the address of a Service. Not set before the
 * program writes its head: of repeated headers in a list, such as cookies, Node 20 keeps the last one only when
 * another header is set.
 */
export function sayWhoServed({ address }: LocalPod): void {
  const servedBy = ['x-served-by', address] as const;
  const writeHead = ServerResponse.prototype.writeHead as (...args: any[]) => ServerResponse;
  ServerResponse.prototype.writeHead = function (this: ServerResponse, status: number, ...rest: any[]): any {
    const given = rest.at(-1);
    if (Array.isArray(given)) rest[rest.length - 1] = [...Array.isArray(given[0]) ? [servedBy] : servedBy, ...given];
    else if (!this.hasHeader('x-served-by')) this.setHeader(...servedBy);
    return writeHead.call(this, status, ...rest);
  };
}
