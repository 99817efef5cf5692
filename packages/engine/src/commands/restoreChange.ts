import type { Projection } from '@account-data/projection';
import type { Revision } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ChangeResult, CommandTasks, ConditionalChangeOptions } from '../AccountDataEngine.js';
import type { CommandError } from '../errors.js';
import type { ChangeOrigin } from './ChangeRequest.js';

/**
 * Sets a key to what a past revision of the user's stream made of it, as a new change that names that revision as its
 * origin.
 */
export const restoreChange =
  (projection: Projection, tasksOf: (origin: ChangeOrigin) => CommandTasks) =>
  (userId: string, revision: Revision, options?: ConditionalChangeOptions): TE.TaskEither<CommandError, ChangeResult> =>
  async () => {
    const past = await projection.change(userId, revision)();
    if (E.isLeft(past)) {
      const error = past.left;
      switch (error._tag) {
        case 'ProjectionClosed':
          return E.left({ _tag: 'EngineClosed', code: 'engine_closed' });
        case 'UnreadableEvent':
        case 'InvalidQuery':
          return E.left(nothingToRestore(revision));
        case 'ProjectionDamaged':
          return E.left({ _tag: 'ProjectionStopped', code: 'projection_stopped', message: `Nothing was changed. ${error.message}` });
        default:
          return E.left(error);
      }
    }
    if (past.right === undefined) return E.left(nothingToRestore(revision));
    const { roomId, type, content } = past.right;
    const tasks = tasksOf({ origin: 'restore', restoredRevision: String(revision) });
    return tasks.setAccountData(userId, roomId, type, content, options)();
  };

const nothingToRestore = (revision: Revision): CommandError => ({
  _tag: 'NothingToRestore',
  code: 'nothing_to_restore',
  message: `The user's account data has no readable change with revision ${String(revision)}.`,
});
