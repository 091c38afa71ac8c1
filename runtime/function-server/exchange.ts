import type { FunctionServerConfig } from '../../src/contract';
import type { UserFunction } from '../shared/config';
import { Exchange, ExchangeOptions } from '../shared/exchange';
import { requestOf } from '../shared/request-shape';

/** What all exchanges of a function server have in common. */
export interface FunctionExchangeOptions extends ExchangeOptions {
  readonly config: FunctionServerConfig;
  readonly handler: UserFunction;
  readonly context: { readonly [name: string]: string | number };
}

/** One request, answered by the user's handler. */
export class FunctionExchange extends Exchange<FunctionExchangeOptions> {
  private readonly abort = new AbortController();

  protected begin(): (bytes: Uint8Array | undefined) => void {
    const { handler, context } = this.options;
    const request = requestOf(this.req);
    return (bytes) => {
      const whole = this.withBody(request, bytes);
      this.call(() => handler(whole, { ...context, signal: this.abort.signal }));
    };
  }

  protected abandon(reason: DOMException): void {
    this.abort.abort(reason);
  }

  protected isAbandonment(error: unknown): boolean {
    return this.abort.signal.aborted && (error === this.abort.signal.reason || (error as any)?.name === 'AbortError');
  }
}
