import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { entryJson } from '../output/json.js';
import { printable } from '../output/printable.js';
import { refusal } from '../Refusal.js';
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
        withTarget(options, 'read', (target) => async () => {
          const found = await target.get({ userId, roomId: options.room ?? null, type })();
          if (E.isLeft(found)) return found;
          if (found.right === undefined) {
            const where = options.room === undefined ? '' : ` in room ${printable(options.room)}`;
            return E.left(refusal('not_found', `${printable(userId)} has no account data ${printable(type)}${where}.`));
          }
          await world.write(options.json === true ? entryJson(found.right) : indented(found.right.content));
          return E.right(undefined);
        }),
        options.json === true,
      ),
    );

const indented = (content: unknown): string =>
  `${JSON.stringify(content, null, 2).split('\n').map(printable).join('\n')}\n`;
