import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { ChangeResult, CommandPromises, CommandTasks } from '../AccountDataEngine.js';
import { type CommandError, EngineError } from '../errors.js';

/** The same commands as promises, which reject with an {@link EngineError}. */
export const commandPromises = (tasks: CommandTasks): CommandPromises => ({
  setAccountData: promised(tasks.setAccountData),
  deleteAccountData: promised(tasks.deleteAccountData),
  updateAccountData: promised(tasks.updateAccountData),
  batch: promised(tasks.batch),
  setTag: promised(tasks.setTag),
  removeTag: promised(tasks.removeTag),
});

/** A task as a function that gives a promise. */
export const promised =
  <Args extends ReadonlyArray<unknown>>(command: (...args: Args) => TE.TaskEither<CommandError, ChangeResult>) =>
  async (...args: Args): Promise<ChangeResult> => {
    const result = await command(...args)();
    if (E.isLeft(result)) throw new EngineError(result.left);
    return result.right;
  };
