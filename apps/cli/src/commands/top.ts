import { clientTask } from '@account-data/client';
import { pause } from '@account-data/runtime';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { type RowForm, writeOne } from '../output/writeRows.js';
import { topJson } from '../top/topJson.js';
import { takeSample, type TopSample } from '../top/TopSample.js';
import { topText } from '../top/topText.js';
import { type TopView, topView } from '../top/TopView.js';
import type { World } from '../World.js';
import type { Execution } from './Execution.js';
import { intervalOption, targetCommand } from './options.js';
import { usualInterval, watched } from './watched.js';

const formOn = ({ terminal }: World): RowForm<TopView> => ({
  json: topJson,
  text: (view, look) => topText(view, look, terminal?.columns),
  columns: ['time', 'seconds', 'changes_per_second', 'in_flight', 'memory_bytes'],
});

const description =
  'Shows how a running server does: rates, latencies, modules, projection and disk. Where no terminal shows it, each look is written after the one before.';

/** `top`: how a running server does, again and again, on a screen of its own where a terminal shows it. */
export const topCommand = ({ world, execute, withServer }: Execution): CommandUnknownOpts =>
  targetCommand('top', description)
    .addOption(intervalOption())
    .option('--once', 'look twice, an interval apart, and show what was between')
    .action((options) => {
      let before: TopSample | undefined;
      const look = pipe(
        withServer(options, 'live', (client) => clientTask(() => takeSample(client, world.runtime))),
        TE.map((sample) => {
          const view = topView(sample, before);
          before = sample;
          return view;
        }),
      );
      const show = (shown: World, view: TopView): Promise<void> => writeOne(shown, options, formOn(shown), view);
      const once = pipe(
        look,
        TE.tapTask(() => () => pause(world.runtime, (options.interval ?? usualInterval) * 1_000, { signal: world.stopped })),
        TE.flatMap(() => look),
        TE.flatMapTask((view) => () => show(world, view)),
      );
      return execute(options.once === true ? once : watched(world, { ...options, watch: true }, look, show), options.json === true);
    });
