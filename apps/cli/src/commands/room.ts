import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { clientTask, type RoomEvent } from '@account-data/client';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { roomEventJson } from '../output/json.js';
import { printable } from '../output/printable.js';
import { type RowForm, writeRows } from '../output/writeRows.js';
import { roomText } from '../output/roomText.js';
import { usageError } from '../Refusal.js';
import type { Target } from '../target/Target.js';
import type { Execution } from './Execution.js';
import { isEndless, targetCommand } from './options.js';

const form: RowForm<RoomEvent> = { json: roomEventJson, text: roomText, columns: ['sender', 'type', 'content'] };

async function* roomToEnd(target: Target, roomId: string): AsyncGenerator<RoomEvent, void, void> {
  for (let cursor: string | undefined; ; ) {
    const { events, next, atEnd } = await target.roomEvents(roomId, { limit: 500, ...(cursor === undefined ? {} : { cursor }) });
    yield* events;
    if (atEnd) return;
    cursor = next;
  }
}

/** `room tail ROOM`: what modules sent into a room of this log, from the beginning, and what they send from then on. */
const tailCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('tail', 'Shows what modules sent into a room, and goes on until it is interrupted.')
    .argument('<room>', 'room ID, as !audit:example.org')
    .option('--no-follow', 'end at the end')
    .action((roomId, options) =>
      execute(
        isEndless(options)
          ? TE.left(usageError('A table needs an end.', 'Add --no-follow, or another --output.'))
          : withTarget(options, 'read', (target) =>
          pipe(
            clientTask(async () => {
              const events = options.follow ? target.followRoom(roomId, { signal: world.stopped }) : roomToEnd(target, roomId);
              await writeRows(world, options, form, events, `No module has sent anything into ${printable(roomId)}.`);
            }),
            // Whoever follows ends by interrupting.
            TE.orElse((error) => (options.follow && error._tag === 'Aborted' ? TE.right(undefined) : TE.left(error))),
          ),
        ),
        options.json === true,
      ),
    );

/** `room tail` */
export const roomCommand = (execution: Execution): CommandUnknownOpts =>
  new Command('room').description('Rooms that modules write into.').addCommand(tailCommand(execution));
