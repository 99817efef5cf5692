import { ClientError } from '@account-data/client/errors';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Refusal, refusal } from '../Refusal.js';

/** Says what is left, and how to go on, where whoever waits interrupted it. @category combinators */
export const ifInterrupted =
  (advice: string) =>
  <A>(run: TE.TaskEither<ClientError | Refusal, A>): TE.TaskEither<ClientError | Refusal, A> =>
    TE.mapLeft((error: ClientError | Refusal) => (error instanceof ClientError && error._tag === 'Aborted' ? refusal('interrupted', 'Interrupted.', advice) : error))(run);
