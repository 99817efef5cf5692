import type { AccountDataPort, ChangeCause } from '@account-data/modules';
import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ChangeResult, ChangeOptions, CommandTasks } from '../AccountDataEngine.js';
import type { ChangeOrigin } from '../commands/ChangeRequest.js';
import { type CommandError, EngineError } from '../errors.js';

/** What modules read and change account data with: the engine's commands, with the delivery they come from as cause. */
export const accountDataPort = (
  projection: Projection,
  tasksOf: (origin: ChangeOrigin) => CommandTasks,
): AccountDataPort => {
  const by = (cause: ChangeCause): CommandTasks =>
    tasksOf({
      origin: 'api',
      ...(cause.causationId === undefined ? {} : { causationId: cause.causationId }),
      ...(cause.causationDepth === undefined ? {} : { causationDepth: cause.causationDepth }),
    });
  return {
    get: (userId, roomId, type) => {
      const entry = projection.get(userId, roomId, type);
      return Promise.resolve(entry === undefined || entry.deleted ? null : entry.content);
    },
    set: (userId, roomId, type, content, cause) =>
      run(by(cause).setAccountData(userId, roomId, type, content, optionsOf(cause))),
    delete: (userId, roomId, type, cause) => run(by(cause).deleteAccountData(userId, roomId, type, optionsOf(cause))),
    tags: (userId, roomId) => Promise.resolve(projection.tags(userId, roomId)?.tags ?? {}),
    setTag: (userId, roomId, tag, content, cause) => run(by(cause).setTag(userId, roomId, tag, content, optionsOf(cause))),
    removeTag: (userId, roomId, tag, cause) => run(by(cause).removeTag(userId, roomId, tag, optionsOf(cause))),
  };
};

const optionsOf = ({ actor, reason, requestKey, correlationId, traceparent, tracestate }: ChangeCause): ChangeOptions => ({
  actor,
  await: 'projected',
  ...(reason === undefined ? {} : { reason }),
  ...(requestKey === undefined ? {} : { requestKey }),
  ...(correlationId === undefined ? {} : { correlationId }),
  ...(traceparent === undefined ? {} : { traceparent }),
  ...(tracestate === undefined ? {} : { tracestate }),
});

const run = async (task: TE.TaskEither<CommandError, ChangeResult>): Promise<ChangeResult> => {
  const result = await task();
  if (E.isLeft(result)) throw new EngineError(result.left);
  return result.right;
};
