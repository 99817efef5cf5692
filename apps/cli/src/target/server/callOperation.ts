import { type Operation, pathOf, queryOf } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { Refusal } from '../../Refusal.js';
import { decodeAnswer, type HttpServer } from './HttpServer.js';

/** Where an operation of the service API is called, and with what. @category model */
export interface OperationCall<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body?: B;
}

/** Calls an operation of a running server; its answer is read by the operation's own codec. */
export const callOperation = <P, Q, A, B>(
  server: HttpServer,
  operation: Operation<P, Q, A, B>,
  { params, query, body }: OperationCall<P, Q, B>,
): TE.TaskEither<Refusal, A> =>
  operation.method === 'GET' || operation.method === 'POST'
    ? pipe(
        server.request(
          operation.method,
          `${pathOf(operation, params)}${queryOf(operation, query)}`,
          body === undefined ? undefined : operation.body?.encode(body),
        ),
        TE.flatMap((answer) => TE.fromEither(decodeAnswer(operation.answer, answer))),
      )
    : TE.fromEither(E.throwError<Refusal, A>({ _tag: 'Refusal', code: 'unsupported', message: 'This operation is not one of the command.' }));
