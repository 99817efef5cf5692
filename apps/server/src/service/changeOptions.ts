import { maxRequestKeyBytes } from '@account-data/domain';
import type { ChangeOptions } from '@account-data/engine';
import { RequestKeyText } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type { Call } from './Endpoint.js';
import { problem } from './Problem.js';
import type { Problem } from './Problem.js';

/** Options as requests give them, in a body or a query. @category model */
export interface GivenOptions {
  readonly reason?: string;
  readonly requestKey?: string;
  readonly await?: 'appended' | 'projected' | 'modules';
  readonly timeout?: number;
}

type AnyCall = Pick<Call<unknown, unknown, unknown>, 'principal' | 'exchange' | 'context'>;

/** How a change of this request is recorded and awaited. The request's id is the correlation id. */
export const changeOptions = ({ principal, exchange, context }: AnyCall, given: GivenOptions): ChangeOptions => ({
  actor: principal.actor,
  correlationId: exchange.request.id,
  contentIsParsedJson: true,
  ...(given.reason === undefined ? {} : { reason: given.reason }),
  ...(given.requestKey === undefined ? {} : { requestKey: given.requestKey }),
  ...(given.await === undefined ? {} : { await: given.await }),
  ...(given.timeout === undefined ? {} : { timeout: given.timeout }),
  ...context.traceOf(exchange),
});

/** The request key in the header `Idempotency-Key`, for endpoints whose body is account data itself. */
export const headerRequestKey = (call: AnyCall): E.Either<Problem, string | undefined> => {
  const key = call.exchange.request.headers['idempotency-key'];
  if (key === undefined) return E.right(undefined);
  return RequestKeyText.is(key)
    ? E.right(key)
    : E.left(problem('invalid_request_key', `Idempotency-Key must be 1 to ${String(maxRequestKeyBytes)} bytes, sent once.`));
};
