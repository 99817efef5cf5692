import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask, type FeedEvent, type FeedItem, type FeedPositionLost } from '@account-data/client';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { usageError } from '../Refusal.js';
import { type RowForm, writeRows } from '../output/writeRows.js';
import { feedText } from '../output/feedText.js';
import { feedJson } from '../output/json.js';
import { parseUser } from './arguments.js';
import type { Execution } from './Execution.js';
import { isEndless, roomOption, targetCommand } from './options.js';

const form: RowForm<FeedEvent | FeedPositionLost> = {
  json: feedJson,
  text: feedText,
  columns: ['time', 'user_id', 'event', 'type', 'tag', 'room_id', 'content'],
};

/** What is told of; how far the feed is, is not. */
async function* changesIn(items: AsyncIterable<FeedItem>, onItem: () => void): AsyncGenerator<FeedEvent | FeedPositionLost, void, void> {
  for await (const item of items) {
    onItem();
    if (item._tag !== 'Progress') yield item;
  }
}

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
        isEndless(options)
          ? TE.left(usageError('A table needs an end.', 'Add --no-follow, or another --output.'))
          : withTarget(options, 'read', (target) =>
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
            const told = changesIn(items, () => {
              isConnected = true;
            });
            await writeRows(world, options, form, told, options.follow ? undefined : 'There are no such changes yet.');
          }),
        ),
        options.json === true,
      ),
    );
