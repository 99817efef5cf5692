import { ClientError } from '@account-data/client';
import { SignInFailed } from '../sign-in/SignInFailed.js';

/** An error in words: what happened, and what to do next. @category model */
export interface Explanation {
  readonly what: string;
  readonly next: string;
  /** The server's stable code, to look up or to tell others. */
  readonly code?: string;
}

/** Words for whatever went wrong. They hold no token and no account data. */
export const explain = (error: unknown): Explanation => {
  if (error instanceof SignInFailed) return { what: error.message, next: error.next, ...(error.code === undefined ? {} : { code: error.code }) };
  if (!(error instanceof ClientError)) {
    return { what: 'This page failed.', next: 'Load it again. If it happens again, tell whoever runs the server what you did.' };
  }
  const { _tag, status, code, message } = error;
  if (status === 401) return { what: 'The server does not know this token, or not any more.', next: 'Sign in with another one. An admin makes it with: account-data token create.', code };
  if (code === 'reason_required') return { what: 'The server shows data of others only to those who say why.', next: 'Choose “Change” beside the reason in the head of the page, and say it.', code };
  if (status === 403) return { what: message, next: 'Ask somebody with that role, or for a token of that role.', code };
  if (status === 404) return { what: message, next: 'Check the address: a name in it may be misspelt, or the thing gone.', code };
  if (status === 429) return { what: 'The server was asked too often.', next: 'Wait a moment, then try again.', code };
  if (status === 503) return { what: message, next: 'The server is busy or not ready yet. Wait a moment, then try again.', code };
  switch (_tag) {
    case 'NetworkFailure':
      return { what: 'The server could not be reached.', next: 'Check that it runs and that you are connected, then try again.', code };
    case 'TimedOut':
      return { what: 'The server did not answer in time.', next: 'Try again. If you were changing something, look first whether it has happened.', code };
    case 'Aborted':
      return { what: 'It was cancelled.', next: 'Start it again when you want it.', code };
    case 'UnexpectedAnswer':
      return { what: message, next: 'Something between you and the server may have answered in its place, or the server is of another version than this page. Load the page again.', code };
    case 'Problem':
    case 'ContentMismatch':
      return { what: [message, ...error.faults.map((fault) => `${fault.path}: ${fault.message}`)].join(' '), next: 'Change what is named and try again.', code };
  }
};
