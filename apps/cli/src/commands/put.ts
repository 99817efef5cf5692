import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask } from '@account-data/client';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { writeChange } from '../output/changeText.js';
import { readContent } from './arguments.js';
import { changeOptionsOf } from './changeOptions.js';
import type { Execution } from './Execution.js';
import { changeCommand, ifRevisionOption, roomOption } from './options.js';

/** `put USER TYPE JSON|-` */
export const putCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  changeCommand('put', 'Sets account data to a JSON object.')
    .argument('<user>', 'user ID, as @alice:example.org')
    .argument('<type>', 'type, as org.example.theme')
    .argument('<json>', 'a JSON object, - for standard input, or @FILE; {} deletes')
    .addOption(roomOption())
    .addOption(ifRevisionOption())
    .action((userId, type, json, options) =>
      execute(
        pipe(
          readContent(json, world),
          TE.flatMap((content) =>
            withTarget(options, 'change', (target) => {
              const key = { userId, roomId: options.room ?? null, type };
              return pipe(
                clientTask(() => target.set(userId, key.roomId, type, content, changeOptionsOf(options))),
                TE.chainTaskK((answer) => writeChange(world, 'Set', key, answer, options)),
              );
            }),
          ),
        ),
        options.json === true,
      ),
    );
