import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { historyText } from '../output/historyText.js';
import { pastChangeJson } from '../output/json.js';
import type { Refusal } from '../Refusal.js';
import type { HistoryRequest, Target } from '../target/Target.js';
import type { World } from '../World.js';
import { parseLimit } from './arguments.js';
import type { Execution } from './Execution.js';
import { roomOption, targetCommand } from './options.js';

const writeHistory =
  (world: World, target: Target, request: HistoryRequest, json: boolean): TE.TaskEither<Refusal, void> =>
  async () => {
    let left = request.limit;
    let cursor: string | undefined;
    while (left > 0 && !world.stopped.aborted) {
      const page = await target.history({
        ...request,
        limit: left,
        ...(cursor === undefined ? {} : { cursor }),
      })();
      if (E.isLeft(page)) return page;
      for (const change of page.right.changes) await world.write(json ? pastChangeJson(change) : historyText(change));
      left -= page.right.changes.length;
      if (page.right.next === undefined) break;
      cursor = page.right.next;
    }
    return E.right(undefined);
  };

/** `history USER`: every change of the user's account data, the oldest first. */
export const historyCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('history', 'Tells who changed what from what to what, when and why.')
    .argument('<user>', 'user ID')
    .addOption(roomOption())
    .option('--global', 'only account data that belongs to no room')
    .option('--type <type>', 'only this type')
    .option('--limit <number>', 'at most so many changes', parseLimit)
    .option('--backwards', 'the newest first')
    .action((userId, options) =>
      execute(
        withTarget(options, 'read', (target) =>
          writeHistory(
            world,
            target,
            {
              userId,
              direction: options.backwards === true ? 'backwards' : 'forwards',
              limit: options.limit ?? Number.POSITIVE_INFINITY,
              ...(options.room === undefined ? (options.global === true ? { roomId: null } : {}) : { roomId: options.room }),
              ...(options.type === undefined ? {} : { type: options.type }),
            },
            options.json === true,
          ),
        ),
        options.json === true,
      ),
    );
