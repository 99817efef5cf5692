import type { CommandError } from '@account-data/engine';
import type { ReadError } from '@account-data/event-store';
import { type Refusal, refusal } from '../../Refusal.js';
import { inputRefusal } from '../inputRefusal.js';

/** What to do about an error, by its code, where the message does not say it. */
const advice: Readonly<Record<string, string>> = {
  revision_mismatch: 'Look at what is there, decide anew, and name the revision you saw with --if-revision.',
  not_local_user: 'Change users of the configured server_name only, or change the configuration.',
  request_key_reused: 'Use a new --request-key for a new request.',
  outcome_unknown: 'Look at the history to see whether it happened. With --request-key it is safe to try again.',
  store_unavailable: 'Try again when the store can be reached.',
  store_access_denied: 'Give this account the right to read and append, or use another one.',
  too_much_contention: 'Try again.',
};

const messageOf = (error: CommandError | ReadError): string => {
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

/** What the log answered, as a refusal. */
export const logRefusal = (error: CommandError | ReadError): Refusal =>
  inputRefusal(error.code, messageOf(error), 'path' in error ? error.path : undefined, advice[error.code]);

/** A folder's log alone can't tell. */
export const needsServer = (message: string): Refusal =>
  refusal('needs_server', message, 'Start a server on the folder and name it: --url http://127.0.0.1:8090.');
