import { ClientError } from '@account-data/client/errors';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Refusal, refusal } from '../Refusal.js';

/** Says what is left, and how to go on, where whoever waits interrupted it. @category combinators */
export const ifInterrupted =
  (advice: string) =>
  <L extends ClientError | Refusal, A>(run: TE.TaskEither<L, A>): TE.TaskEither<L | Refusal, A> =>
    TE.mapLeft((error: L): L | Refusal => (isInterruption(error) ? refusal('interrupted', 'Interrupted.', advice) : error))(run);

/** A call of a server that was given up, or work on a log here that was ended. */
const isInterruption = (error: ClientError | Refusal): boolean => (error instanceof ClientError ? error._tag === 'Aborted' : error.code === 'store_interrupted');
