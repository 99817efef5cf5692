import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type AccountDataClient, type ClientError, clientTask, type ReplayProgress, type ReplayRange } from '@account-data/client';
import { ReplayProgressJson } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { refusal, usageError } from '../Refusal.js';
import type { Progress } from '../output/progressText.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import type { World } from '../World.js';
import { parsePosition, parseTimeOf } from './arguments.js';
import type { Execution } from './Execution.js';
import { ifInterrupted } from './ifInterrupted.js';
import { targetCommand } from './options.js';
import { whileRunning } from './whileRunning.js';
import { withProgress } from './withProgress.js';

/** Milliseconds between two looks at how far it is. */
const lookEvery = 2_000;

/** How far the module's first replay is, from where it was when it was first looked at. */
const lookAt = (world: World, client: AccountDataClient, name: string): (() => Promise<Progress | undefined>) => {
  const begun = world.runtime.clock.monotonic();
  let first: number | undefined;
  return async () => {
    const replay = (await client.modules.status()).modules.find((one) => one.name === name)?.replays[0];
    if (replay === undefined) return undefined;
    const [position, to, elapsed] = [Number(replay.position), Number(replay.to), Math.max(1, world.runtime.clock.monotonic() - begun)];
    first ??= position;
    const fraction = to > first ? (position - first) / (to - first) : 0;
    return {
      count: replay.deliveries,
      unit: 'changes',
      rate: (replay.deliveries * 1_000) / elapsed,
      fraction,
      ...(fraction > 0 ? { remaining: (elapsed * (1 - fraction)) / fraction } : {}),
    };
  };
};

/** Says in lines how far the module's replays are, until what runs is through. */
const saying = <A>(world: World, client: AccountDataClient, name: string, run: TE.TaskEither<ClientError, A>): TE.TaskEither<ClientError, A> =>
  whileRunning(
    world,
    lookEvery,
    clientTask(() => client.modules.status()),
    (answer) => {
      // That it can't be told how far it is does not matter to the replay.
      const module = E.isRight(answer) ? answer.right.modules.find((one) => one.name === name) : undefined;
      for (const { position, to, deliveries, failures } of module?.replays ?? []) {
        world.writeError(`Replayed ${String(deliveries)} changes, ${String(failures)} failed; at ${position} of ${to}.\n`);
      }
    },
    run,
  );

/** A bar where a terminal shows it, else lines. */
const shown = <A>(world: World, client: AccountDataClient, name: string, run: TE.TaskEither<ClientError, A>): TE.TaskEither<ClientError, A> =>
  world.isTerminal === true ? withProgress(world, 'Replaying', lookAt(world, client, name), run) : saying(world, client, name, run);

const form: RowForm<ReplayProgress> = {
  json: ReplayProgressJson.encode,
  text: ({ deliveries, failures }) => `Replayed ${String(deliveries)} changes, ${String(failures)} of them failed.\n`,
  columns: ['position', 'deliveries', 'failures'],
};

/** `modules replay`, on a running server; interrupting the command ends it. */
export const replayCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('replay', 'Delivers a range of the log to a module again; its checkpoint stays where it is.')
    .argument('<module>', 'name of the module')
    .option('--from-position <n>', 'after this position (default: from the beginning)', parsePosition)
    .option('--from-time <time>', 'from this time on, as 2026-01-31T12:00:00Z', parseTimeOf(execution.world))
    .option('--to-position <n>', 'up to this position (default: the end of the log as it is now)', parsePosition)
    .action((name, options) => {
      const { fromPosition, fromTime, toPosition } = options;
      if (fromPosition !== undefined && fromTime !== undefined) {
        return execution.execute(TE.left(usageError('--from-position and --from-time are two places to begin at.', 'Give one of them.')), options.json === true);
      }
      const range: ReplayRange = {
        ...(fromPosition === undefined ? {} : { from: { position: fromPosition } }),
        ...(fromTime === undefined ? {} : { from: { time: fromTime } }),
        ...(toPosition === undefined ? {} : { to: toPosition }),
      };
      return execution.execute(
        execution.withServer(options, 'delivery', (client) =>
          pipe(
            shown(execution.world, client, name, clientTask(() => client.modules.replay(name, range))),
            ifInterrupted('The replay ended there. Run it again, or give --from-position to leave out what was delivered already.'),
            TE.tapTask((replayed) => () => writeOne(execution.world, options, form, replayed)),
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
