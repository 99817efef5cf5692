import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client';
import { feedText } from '../output/feedText.js';
import { feedJson } from '../output/json.js';
import { parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { roomOption, targetCommand } from './options.js';

/** `feed`: changes in the order of the log, from its beginning or from a place, and what happens from then on. */
export const feedCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('feed', 'Shows changes in the order of the log, and goes on until it is interrupted.')
    .option('--after <id>', 'begin after the line with this id (see --json), at the "start", or "now"', 'start')
    .option('--user <user>', 'only this user', parseUser)
    .addOption(roomOption())
    .option('--global', 'only account data that belongs to no room')
    .option('--type <type>', 'only this type')
    .option('--tags', 'room tags, too')
    .option('--no-follow', 'end at the end')
    .action((options) =>
      execute(
        withTarget(options, 'read', (target) =>
          clientTask(async () => {
            let isConnected = false;
            const items = target.feed({
              after: options.after,
              tags: options.tags === true,
              toEnd: !options.follow,
              signal: world.stopped,
              ...(options.user === undefined ? {} : { userId: options.user }),
              ...(options.room === undefined ? (options.global === true ? { roomId: null } : {}) : { roomId: options.room }),
              ...(options.type === undefined ? {} : { type: options.type }),
              onDisconnect: (error) => {
                if (!options.follow || !isConnected) throw error;
                world.writeError('account-data: The connection broke; it is made anew, and the feed goes on where it was.\n');
              },
            });
            for await (const item of items) {
              isConnected = true;
              if (item._tag !== 'Progress') await world.write(options.json === true ? feedJson(item) : feedText(item));
            }
          }),
        ),
        options.json === true,
      ),
    );
