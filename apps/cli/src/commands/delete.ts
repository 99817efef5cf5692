import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { writeChange } from '../output/changeText.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand, ifRevisionOption, roomOption } from './options.js';

/** `delete USER TYPE` */
export const deleteCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  changeCommand('delete', 'Deletes account data: the history keeps what it was.')
    .argument('<user>', 'user ID')
    .argument('<type>', 'type')
    .addOption(roomOption())
    .addOption(ifRevisionOption())
    .action((userId, type, options) =>
      execute(
        withTarget(options, 'change', (target) => {
          const key = { userId, roomId: options.room ?? null, type };
          return pipe(
            clientTask(() => target.delete(userId, key.roomId, type, changeOptionsOf(options))),
            TE.chainTaskK((answer) => writeChange(world, 'Deleted', key, answer, options)),
          );
        }),
        options.json === true,
      ),
    );
