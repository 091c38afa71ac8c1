import { contextOf, FixedContext } from './context';
import { isStateError } from './state/engine';
import type { FunctionServerConfig } from '../../src/contract';
import type { UserFunction } from '../shared/config';
import { Exchange, ExchangeOptions, Failure } from '../shared/exchange';
import { Problem } from '../shared/problem';
import { requestOf } from '../shared/request-shape';

/** What all exchanges of a function server have in common. */
export interface FunctionExchangeOptions extends ExchangeOptions {
  readonly config: FunctionServerConfig;
  readonly handler: UserFunction;
  readonly context: FixedContext;
}

/** One request, answered by the user's handler. */
export class FunctionExchange extends Exchange<FunctionExchangeOptions> {
  private readonly abort = new AbortController();

  protected begin(): (bytes: Uint8Array | undefined) => void {
    const { handler, context } = this.options;
    const request = requestOf(this.req);
    return (bytes) => {
      const whole = this.withBody(request, bytes);
      this.call(() => handler(whole, contextOf(context, this.abort.signal)));
    };
  }

  protected override failure(error: unknown, callee: string): Failure {
    if (!isStateError(error)) return super.failure(error, callee);
    const headers = error.status === 503 ? ['retry-after', '1'] : [];
    return { kind: 'state', problem: new Problem(error.status, error.message, headers) };
  }

  protected abandon(reason: DOMException): void {
    this.abort.abort(reason);
  }

  protected isAbandonment(error: unknown): boolean {
    return this.abort.signal.aborted && (error === this.abort.signal.reason || (error as any)?.name === 'AbortError');
  }
}
