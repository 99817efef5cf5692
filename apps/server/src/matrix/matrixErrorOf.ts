import type { CommandError, HomeserverError } from '@account-data/engine';
import type { MatrixError } from './MatrixError.js';
import { matrixError } from './MatrixError.js';

/** What the engine refused, as the Matrix client-server API answers it. */
export const matrixErrorOf = (error: CommandError): MatrixError => {
  switch (error._tag) {
    case 'InvalidInput':
      return invalidInput(error.code, placed(error.path, error.message));
    case 'ProtectedType':
      return matrixError(405, 'M_BAD_JSON', error.message);
    case 'BatchItemRefused':
      return matrixErrorOf(error.error);
    case 'NothingToRestore':
      return matrixError(404, 'M_NOT_FOUND', error.message);
    case 'NotLocalUser':
      return matrixError(403, 'M_FORBIDDEN', error.message);
    case 'UserFollowed':
      return matrixError(403, 'M_FORBIDDEN', error.message);
    case 'HomeserverError':
      return homeserverError(error.code, error.message);
    case 'UserErasedError':
      return matrixError(403, 'M_USER_DEACTIVATED', error.message);
    case 'TooManyKeys':
    case 'TooMuchData':
    case 'BatchTooLarge':
      return matrixError(413, 'M_TOO_LARGE', 'This user has as much account data as may be stored.');
    case 'RevisionMismatch':
    case 'RequestKeyReused':
    case 'CausationTooDeep':
    case 'AwaitInsideCallback':
      return matrixError(409, 'M_UNKNOWN', 'The change conflicts with another one.');
    case 'StreamTombstoned':
      return matrixError(403, 'M_USER_DEACTIVATED', 'The account data of this user was erased for good.');
    case 'TooMuchContention':
      return matrixError(503, 'M_UNKNOWN', 'Others are changing this account data at the same time. Try again.', 1_000);
    case 'OutcomeUnknown':
      return matrixError(504, 'M_UNKNOWN', 'It is not known whether the change was stored. Read, or try again.', 2_000);
    case 'StoreUnavailable':
    case 'StoreClosed':
    case 'EngineClosed':
      return matrixError(503, 'M_UNKNOWN', 'The event store can\'t be reached now. Nothing was changed; try again.', 2_000);
    case 'ProjectionStopped':
      return matrixError(503, 'M_UNKNOWN', 'The server can\'t show changes any more, and takes none. Its operator has to look at it.', 30_000);
    case 'StoreFailed':
    case 'StoreDamaged':
    case 'AccessDenied':
      return matrixError(503, 'M_UNKNOWN', 'The event store accepts no changes. The server\'s operator has to look at it.', 30_000);
  }
};

const homeserverError = (code: HomeserverError['code'], message: string): MatrixError => {
  switch (code) {
    case 'homeserver_refused':
      return matrixError(502, 'M_UNKNOWN', message);
    case 'homeserver_unavailable':
      return matrixError(503, 'M_UNKNOWN', message, 5_000);
    case 'homeserver_unconfirmed':
      return matrixError(504, 'M_UNKNOWN', message, 5_000);
  }
};

/** Where in the content it is: the content is the body here, so that a path in it is one in the request. */
const placed = (path: string, message: string): string =>
  path.startsWith('/content/') ? `At ${path.slice('/content'.length)}: ${message}` : message;

const invalidInput = (code: string, message: string): MatrixError => {
  switch (code) {
    case 'content_too_large':
      return matrixError(413, 'M_TOO_LARGE', message);
    case 'invalid_user_id':
    case 'invalid_room_id':
    case 'invalid_type':
    case 'invalid_tag':
    case 'ignoring_oneself':
      return matrixError(400, 'M_INVALID_PARAM', message);
    default:
      return matrixError(400, 'M_BAD_JSON', message);
  }
};
