import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client/errors';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { isText, type OutputOptions, type RowForm, writeOne } from '../output/writeRows.js';
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
            TE.flatMapTask((entry) => async () => writeOne(world, options, await formOf(userId, options), entry)),
          ),
        ),
        options.json === true,
      ),
    );

/** What text does not need is loaded where it is asked for. */
const formOf = async (userId: string, options: OutputOptions): Promise<RowForm<FoundEntry>> => {
  const json: RowForm<FoundEntry>['json'] = isText(options) ? () => ({}) : await import('../output/json.js').then(({ entryJson }) => (entry) => entryJson(userId, entry));
  return { json, text: ({ content }) => indented(content), columns: ['type', 'room_id', 'revision', 'content'] };
};

const indented = (content: unknown): string =>
  `${JSON.stringify(content, null, 2).split('\n').map(printable).join('\n')}\n`;
