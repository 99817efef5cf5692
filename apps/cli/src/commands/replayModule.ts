import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { getModules, replayModule } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type Refusal, refusal } from '../Refusal.js';
import { callOperation } from '../target/server/callOperation.js';
import type { HttpServer } from '../target/server/HttpServer.js';
import type { World } from '../World.js';
import { parsePosition, parseTime } from './arguments.js';
import type { Execution } from './Execution.js';
import { targetCommand } from './options.js';

/** Milliseconds between two looks at how far it is. */
const lookEvery = 2_000;

/** Says how far the module's replays are, until what runs is through. */
const saying = <A>(world: World, server: HttpServer, name: string, run: TE.TaskEither<Refusal, A>): TE.TaskEither<Refusal, A> =>
  async () => {
    let isThrough = false;
    let cancel = (): void => undefined;
    const look = async (): Promise<void> => {
      const answer = await callOperation(server, getModules, { params: {}, query: {} })();
      if (isThrough) return;
      // That it can't be told how far it is does not matter to the replay.
      const module = E.isRight(answer) ? answer.right.modules.find((one) => one.name === name) : undefined;
      for (const { position, to, deliveries, failures } of module?.replays ?? []) {
        world.writeError(`Replayed ${String(deliveries)} changes, ${String(failures)} failed; at ${position} of ${to}.\n`);
      }
      again();
    };
    const again = (): void => {
      cancel = world.runtime.timers.setBackgroundTimeout(() => void look(), lookEvery);
    };
    again();
    try {
      return await run();
    } finally {
      isThrough = true;
      cancel();
    }
  };

/** `modules replay`, on a running server; interrupting the command ends it. */
export const replayCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('replay', 'Delivers a range of the log to a module again; its checkpoint stays where it is.')
    .argument('<module>', 'name of the module')
    .option('--from-position <n>', 'after this position (default: from the beginning)', parsePosition)
    .option('--from-time <time>', 'from this time on, as 2026-01-31T12:00:00Z', parseTime)
    .option('--to-position <n>', 'up to this position (default: the end of the log as it is now)', parsePosition)
    .action((name, options) => {
      const { fromPosition, fromTime, toPosition } = options;
      const body = {
        ...(fromPosition === undefined ? {} : { fromPosition }),
        ...(fromTime === undefined ? {} : { fromTime }),
        ...(toPosition === undefined ? {} : { toPosition }),
      };
      return execution.execute(
        execution.withServer(options, (server) =>
          pipe(
            saying(execution.world, server, name, callOperation(server, replayModule, { params: { name }, query: {}, body })),
            TE.tap((replayed) =>
              TE.fromTask(() =>
                execution.world.write(
                  options.json === true
                    ? `${JSON.stringify(replayModule.answer.encode(replayed))}\n`
                    : `Replayed ${String(replayed.deliveries)} changes, ${String(replayed.failures)} of them failed.\n`,
                ),
              ),
            ),
            TE.flatMapEither(({ deliveries, failures }) =>
              failures === 0
                ? E.right(undefined)
                : E.left(refusal('replay_failed', `${String(failures)} of ${String(deliveries)} replayed changes failed: the server's log names them.`)),
            ),
          ),
        ),
        options.json === true,
      );
    });
