import type { DomainError } from '@account-data/domain';
import type { AppendError, RevisionConflict } from '@account-data/event-store';

/**
 * Other instances moved the user's stream again and again while this command was decided anew each time.
 * Nothing was appended; trying later is safe.
 *
 * @category errors
 */
export interface TooMuchContention {
  readonly _tag: 'TooMuchContention';
  readonly code: 'too_much_contention';
  readonly attempts: number;
}

/** `await: modules` from inside a module's callback would wait for itself. Nothing was appended. @category errors */
export interface AwaitInsideCallback {
  readonly _tag: 'AwaitInsideCallback';
  readonly code: 'await_modules_inside_callback';
}

/** The engine was closed. Nothing was appended. @category errors */
export interface EngineClosed {
  readonly _tag: 'EngineClosed';
  readonly code: 'engine_closed';
}

/**
 * Reads have stopped for good at an earlier state, so that what waits for them to show a change would wait in vain.
 * Nothing was appended. `await: appended` is still taken.
 *
 * @category errors
 */
export interface ProjectionStopped {
  readonly _tag: 'ProjectionStopped';
  readonly code: 'projection_stopped';
  /** What stopped them, and what to do. */
  readonly message: string;
}

/** One item of a batch was refused, so that nothing of it was appended. `index` counts from 0. @category errors */
export interface BatchItemRefused {
  readonly _tag: 'BatchItemRefused';
  readonly code: 'batch_item_refused';
  readonly index: number;
  readonly error: DomainError;
}

/** What was to be restored is not there: no change with that revision, or of another key. @category errors */
export interface NothingToRestore {
  readonly _tag: 'NothingToRestore';
  readonly code: 'nothing_to_restore';
  readonly message: string;
}

/**
 * The homeserver of a followed user was asked for the change: it refused it, or could not be asked (`homeserver_refused`,
 * `homeserver_unavailable`: nothing was changed), or it is not known here that it was made (`homeserver_unconfirmed`). What is
 * made there comes here in any case.
 *
 * @category errors
 */
export interface HomeserverError {
  readonly _tag: 'HomeserverError';
  readonly code: 'homeserver_refused' | 'homeserver_unavailable' | 'homeserver_unconfirmed';
  readonly message: string;
}

const homeserverError =
  (code: HomeserverError['code']) =>
  (message: string): HomeserverError => ({ _tag: 'HomeserverError', code, message });

/** The homeserver answered that it will not make the change. @category constructors */
export const homeserverRefused: (message: string) => HomeserverError = homeserverError('homeserver_refused');

/** The homeserver could not be asked. @category constructors */
export const homeserverUnavailable: (message: string) => HomeserverError = homeserverError('homeserver_unavailable');

/** The homeserver was asked, and the change is not known to have come back. @category constructors */
export const homeserverUnconfirmed: (message: string) => HomeserverError = homeserverError('homeserver_unconfirmed');

/** Everything a command can be answered with besides a change. @category errors */
export type CommandError =
  | DomainError
  | BatchItemRefused
  | NothingToRestore
  | Exclude<AppendError, RevisionConflict>
  | TooMuchContention
  | AwaitInsideCallback
  | HomeserverError
  | ProjectionStopped
  | EngineClosed;

/** The first sentence a person reads of an error; never contains account data. */
const messageOf = (error: CommandError): string => {
  switch (error._tag) {
    case 'BatchItemRefused':
      return `Item ${String(error.index)} of the batch was refused, and so the whole batch: ${error.error.message}`;
    case 'TooMuchContention':
      return `The user's data was changed by others during each of ${String(error.attempts)} attempts. Try again.`;
    case 'AwaitInsideCallback':
      return 'A module callback can\'t wait for modules: it would wait for itself. Use await "projected".';
    case 'EngineClosed':
      return 'The engine is closed.';
    case 'StoreClosed':
      return 'The event store is closed.';
    case 'StreamTombstoned':
      return `The stream ${error.stream} was deleted for good.`;
    case 'BatchTooLarge':
      return `The change takes ${String(error.bytes)} bytes; at most ${String(error.limit)} fit in one append. Split the batch.`;
    default:
      return error.message;
  }
};

/**
 * A {@link CommandError} as the exception that promises reject with. `code` is stable, `error` has the details.
 *
 * @category errors
 */
export class EngineError extends Error {
  readonly code: string;
  readonly error: CommandError;

  constructor(error: CommandError) {
    super(messageOf(error));
    this.name = 'EngineError';
    this.code = error.code;
    this.error = error;
  }
}
