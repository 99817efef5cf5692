import { ClientError } from '@account-data/client/errors';
import type { DomainError } from '@account-data/domain';
import type { CommandError } from '@account-data/engine/log';
import type { ReadError } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';

/** What the log of a folder refuses with. @category errors */
export type LogError = CommandError | DomainError | ReadError;

const messageOf = (error: LogError): string => {
  switch (error._tag) {
    case 'StoreClosed':
    case 'EngineClosed':
      return 'The store was closed.';
    case 'StreamTombstoned':
      return 'The user was erased. Nothing can be written for this user ID any more.';
    case 'BatchTooLarge':
      return `The change takes ${error.bytes} bytes; at most ${error.limit} fit in one append.`;
    case 'TooMuchContention':
      return `The user's data was changed by others during each of ${error.attempts} attempts. Nothing was changed.`;
    case 'AwaitInsideCallback':
    case 'BatchItemRefused':
      return 'The change was refused.';
    default:
      return error.message;
  }
};

/** A refusal as a server would answer it; `path` is a JSON pointer into what was given. @category constructors */
export const folderError = (code: string, message: string, path?: string): ClientError =>
  new ClientError({ _tag: 'Problem', code, message, detail: message, ...(path === undefined ? {} : { faults: [{ path, message }] }) });

/** A folder's log alone can't tell. @category constructors */
export const needsServer = (message: string): ClientError => folderError('needs_server', message);

/** What was found. @throws ClientError where it was refused or failed @category destructors */
export const valueOf = <A>(result: E.Either<LogError, A>): A => {
  if (E.isRight(result)) return result.right;
  const error = result.left;
  throw folderError(error.code, messageOf(error), 'path' in error ? error.path : undefined);
};

/** Runs what is asked of the log. @throws ClientError where it is refused or fails @category destructors */
export const answerOf = async <A>(task: TE.TaskEither<LogError, A>): Promise<A> => valueOf(await task());
