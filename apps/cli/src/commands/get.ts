import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { entryJson } from '../output/json.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { printable } from '../output/printable.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { FoundEntry } from '../target/Target.js';
import type { Execution } from './Execution.js';
import { roomOption, targetCommand } from './options.js';

/** `get USER TYPE`: the content, as indented JSON. */
export const getCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('get', 'Shows account data as JSON.')
    .argument('<user>', 'user ID')
    .argument('<type>', 'type')
    .addOption(roomOption())
    .action((userId, type, options) =>
      execute(
        withTarget(options, 'read', (target) =>
          pipe(
            clientTask(() => target.get(userId, options.room ?? null, type)),
            TE.flatMap((entry): TE.TaskEither<Refusal, FoundEntry> => {
              const where = options.room === undefined ? '' : ` in room ${printable(options.room)}`;
              return entry === undefined
                ? TE.left(refusal('not_found', `${printable(userId)} has no account data ${printable(type)}${where}.`))
                : TE.right(entry);
            }),
            TE.flatMapTask((entry) => () => writeOne(world, options, formOf(userId), entry)),
          ),
        ),
        options.json === true,
      ),
    );

const formOf = (userId: string): RowForm<FoundEntry> => ({
  json: (entry) => entryJson(userId, entry),
  text: ({ content }) => indented(content),
  columns: ['type', 'room_id', 'revision', 'content'],
});

const indented = (content: unknown): string =>
  `${JSON.stringify(content, null, 2).split('\n').map(printable).join('\n')}\n`;
