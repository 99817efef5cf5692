import { clientTask } from '@account-data/client';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { writeChange } from '../output/changeText.js';
import { printable, printableJson } from '../output/printable.js';
import { type RowForm, writeRows } from '../output/writeRows.js';
import { readContent } from './arguments.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand, targetCommand } from './options.js';

/** `tag set USER ROOM TAG [JSON|-]` */
const setCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  changeCommand('set', 'Gives a room a tag.')
    .argument('<user>', 'user ID')
    .argument('<room>', 'room ID')
    .argument('<tag>', 'tag, as m.favourite or u.work')
    .argument('[json]', 'its content, as {"order":0.5}, - for standard input, or @FILE', '{}')
    .action((userId, roomId, tag, json, options) =>
      execute(
        pipe(
          readContent(json, world),
          TE.flatMap((content) =>
            withTarget(options, 'change', (target) =>
              pipe(
                clientTask(() => target.setTag(userId, roomId, tag, content, changeOptionsOf(options))),
                TE.chainTaskK((answer) =>
                  writeChange(world, 'Set tag', { userId, roomId, type: tag }, answer, options),
                ),
              ),
            ),
          ),
        ),
        options.json === true,
      ),
    );

/** `tag remove USER ROOM TAG` */
const removeCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  changeCommand('remove', 'Takes a tag off a room.')
    .argument('<user>', 'user ID')
    .argument('<room>', 'room ID')
    .argument('<tag>', 'tag')
    .action((userId, roomId, tag, options) =>
      execute(
        withTarget(options, 'change', (target) =>
          pipe(
            clientTask(() => target.removeTag(userId, roomId, tag, changeOptionsOf(options))),
            TE.chainTaskK((answer) =>
              writeChange(world, 'Removed tag', { userId, roomId, type: tag }, answer, options),
            ),
          ),
        ),
        options.json === true,
      ),
    );

const formOf = (userId: string, roomId: string): RowForm<readonly [tag: string, content: object]> => ({
  json: ([tag, content]) => ({ user_id: userId, room_id: roomId, tag, content }),
  text: ([tag, content]) => `${printable(tag)}  ${printableJson(content)}\n`,
  columns: ['tag', 'content'],
});

/** `tag list USER ROOM`: a tag and its content a line, `u.work  {"order":0.5}`. */
const listCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('list', 'Lists the tags of a room.')
    .argument('<user>', 'user ID')
    .argument('<room>', 'room ID')
    .action((userId, roomId, options) =>
      execute(
        withTarget(options, 'read', (target) =>
          clientTask(async () => {
            const tags = (await target.tags(userId)).find((room) => room.roomId === roomId)?.tags ?? {};
            await writeRows(world, options, formOf(userId, roomId), Object.entries(tags), `${printable(roomId)} has no tags of ${printable(userId)}.`);
          }),
        ),
        options.json === true,
      ),
    );

/** `tag set|remove|list` */
export const tagCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('tag')
    .description('Room tags: they tell no module of a change.')
    .addCommand(setCommand(execution))
    .addCommand(removeCommand(execution))
    .addCommand(listCommand(execution));
