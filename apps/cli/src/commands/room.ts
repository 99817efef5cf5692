import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { roomMessageJson } from '../output/json.js';
import { roomText } from '../output/roomText.js';
import type { Execution } from './Execution.js';
import { targetCommand } from './options.js';

/** `room tail ROOM`: what modules sent into a room of this log, from the beginning, and what they send from then on. */
const tailCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('tail', 'Shows what modules sent into a room, and goes on until it is interrupted.')
    .argument('<room>', 'room ID, as !audit:example.org')
    .option('--no-follow', 'end at the end')
    .action((roomId, options) =>
      execute(
        withTarget(options, 'read', (target) =>
          target.room({
            roomId,
            onMessage: (message) => world.write(options.json === true ? roomMessageJson(message) : roomText(message)),
            ...(options.follow ? { follow: world.stopped } : {}),
          }),
        ),
        options.json === true,
      ),
    );

/** `room tail` */
export const roomCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('room').description('Rooms that modules write into.').addCommand(tailCommand(execution));
