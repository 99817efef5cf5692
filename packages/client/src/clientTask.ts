import * as TE from 'fp-ts/lib/TaskEither.js';
import { ClientError } from './ClientError.js';

/**
 * A call of the client as a TaskEither, for programs in fp-ts: `clientTask(() => client.get(user, null, type))`. Anything
 * but a {@link ClientError} is a defect, and rejects.
 *
 * @category constructors
 */
export const clientTask = <A>(call: () => Promise<A>): TE.TaskEither<ClientError, A> =>
  TE.tryCatch(call, (error) => {
    if (error instanceof ClientError) return error;
    throw error;
  });
