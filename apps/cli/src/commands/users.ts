import { clientTask } from '@account-data/client';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { printable } from '../output/printable.js';
import { type RowForm, writeRows } from '../output/writeRows.js';
import type { Target } from '../target/Target.js';
import type { World } from '../World.js';
import { parseLimit } from './arguments.js';
import type { Execution } from './Execution.js';
import { targetCommand } from './options.js';

/** The most that a page has. */
const pageLength = 1_000;

const form: RowForm<string> = { json: (userId) => ({ user_id: userId }), text: (userId) => `${printable(userId)}\n`, columns: ['user_id'] };

/** Page after page, up to the limit; what is beyond it is said. */
async function* usersOf(world: World, target: Target, prefix: string | undefined, limit: number): AsyncGenerator<string, void, void> {
  let left = limit;
  for (let after: string | undefined; !world.stopped.aborted; ) {
    const { users, next } = await target.users({
      limit: Math.min(left, pageLength),
      ...(prefix === undefined ? {} : { prefix }),
      ...(after === undefined ? {} : { after }),
    });
    yield* users;
    left -= users.length;
    if (next === undefined) return;
    if (left <= 0) {
      world.writeError('There are more: a larger --limit shows them, or a longer beginning.\n');
      return;
    }
    after = next;
  }
}

/** `users [PREFIX]`: whose account data or tags the log has. */
export const usersCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('users', 'Lists the users that the log has account data or tags of, by what their IDs begin with.')
    .argument('[beginning]', 'what their IDs begin with, as @ali')
    .option('--limit <number>', 'at most so many users', parseLimit)
    .action((beginning, options) =>
      execute(
        withTarget(options, 'read', (target) =>
          clientTask(async () => {
            await world.page?.();
            await writeRows(
              world,
              options,
              form,
              usersOf(world, target, beginning, options.limit ?? Number.POSITIVE_INFINITY),
              `There are no users${beginning === undefined ? '' : ` whose IDs begin with ${printable(beginning)}`}.`,
            );
          }),
        ),
        options.json === true,
      ),
    );
