import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { feedText } from '../output/feedText.js';
import { feedLineJson } from '../output/json.js';
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
          target.feed({
            after: options.after,
            tags: options.tags === true,
            toEnd: !options.follow,
            stop: world.stopped,
            onLine: (line) => world.write(options.json === true ? feedLineJson(line) : feedText(line)),
            ...(options.user === undefined ? {} : { userId: options.user }),
            ...(options.room === undefined ? (options.global === true ? { roomId: null } : {}) : { roomId: options.room }),
            ...(options.type === undefined ? {} : { type: options.type }),
          }),
        ),
        options.json === true,
      ),
    );
