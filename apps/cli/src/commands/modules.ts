import { clientTask, type ModuleCalls, type RedriveResult, type WhichParked } from '@account-data/client';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ModuleJson, ParkedDeliveryJson, type RecordCodec, RedriveResultJson, UnknownCheckpoint } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as T from 'fp-ts/lib/Task.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { TypeOf } from 'io-ts';
import { printable } from '../output/printable.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import { jsonLine } from '../output/json.js';
import { type OutputOptions, writeRows } from '../output/writeRows.js';
import type { Execution, TargetOptions } from './Execution.js';
import { targetCommand } from './options.js';
import { replayCommand } from './replayModule.js';

/** One event, or all: whoever asks has to say which. */
const whichOf = (options: { readonly event?: string; readonly all?: true }): TE.TaskEither<Refusal, WhichParked> => {
  if (options.event !== undefined && options.all === undefined) return TE.right({ eventId: options.event });
  if (options.event === undefined && options.all === true) return TE.right('all');
  return TE.left(usageError('Which parked deliveries?', 'Give --event EVENT_ID, or --all.'));
};

/** Writes each item: in the form that the service API gives it, or as text. */
const show =
  ({ world }: Execution, options: OutputOptions) =>
  <A>(codec: RecordCodec<A>, columns: ReadonlyArray<string>, items: ReadonlyArray<A>, text: (item: A) => string): TE.TaskEither<Refusal, void> =>
    TE.fromTask(async () => {
      await writeRows(world, options, { json: codec.encode, text: (item) => `${text(item)}\n`, columns }, items);
    });

/** An empty list is no result: a person is told so, a program sees it. */
const sayIfNone = ({ world }: Execution, json: boolean, items: ReadonlyArray<unknown>, text: string): T.Task<void> =>
  T.fromIO(() => {
    if (!json && items.length === 0) world.writeError(`account-data: ${text}\n`);
  });

/** What a follower does not know of a module is not shown. */
const moduleText = (module: TypeOf<typeof ModuleJson>): string =>
  [
    `${printable(module.name)}  ${module.state}${module.pausedBecause === undefined ? '' : ` (${module.pausedBecause})`}`,
    `position ${module.position}`,
    ...(module.lagEvents === undefined
      ? []
      : [`lag ${String(module.lagEvents)}${module.lagIsAtLeast === true ? '+' : ''} events, ${String(module.lagSeconds)} s`]),
    ...(module.parked === undefined ? [] : [`parked ${String(module.parked)}`]),
    `waiting users ${String(module.heldUsers)}`,
    `failures ${String(module.failures)}`,
    ...module.replays.map(({ position, to }) => `replaying, at ${position} of ${to}`),
  ].join('  ');

const unknownText = ({ name, position }: TypeOf<typeof UnknownCheckpoint>): string =>
  `${printable(name)}  not configured, its checkpoint is kept at ${position}: account-data modules forget ${printable(name)}`;

const listCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('list', 'Shows the modules, how far they are, and what they hold up or gave up.').action((options) =>
    execution.execute(
      execution.withServer(options, (client) =>
        pipe(
          clientTask(() => client.modules.status()),
          TE.tapTask(({ modules, unknownCheckpoints: unknown }) =>
            sayIfNone(execution, options.json === true, [...modules, ...unknown], 'The server has no modules.'),
          ),
          TE.flatMap(({ modules, unknownCheckpoints: unknown }) =>
            pipe(
              show(execution, options)(ModuleJson, ['name', 'state', 'position', 'lag_events', 'lag_seconds', 'parked', 'failures'], modules, moduleText),
              // The absence of a state tells them from modules.
              TE.flatMap(() => show(execution, options)(UnknownCheckpoint, ['name', 'position'], unknown, unknownText)),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const parkedCommand = (execution: Execution): CommandUnknownOpts =>
  targetCommand('parked', 'Lists the deliveries that a module gave up.')
    .argument('<module>', 'name of the module')
    .action((name, options) =>
      execution.execute(
        execution.withServer(options, (client) =>
          pipe(
            clientTask(() => client.modules.parked(name)),
            TE.tapTask((parked) => sayIfNone(execution, options.json === true, parked, `Nothing of ${printable(name)} is parked.`)),
            TE.flatMap((parked) =>
              show(execution, options)(
                ParkedDeliveryJson,
                ['time', 'event_id', 'stream', 'revision', 'attempts', 'error'],
                parked,
                (delivery) =>
                  `${delivery.eventId}  revision ${delivery.revision} of ${printable(delivery.stream)}  ` +
                  `after ${String(delivery.attempts)} tries: ${printable(delivery.error.message)}`,
              ),
            ),
          ),
        ),
        options.json === true,
      ),
    );

const parkedOptions = (name: string, description: string) =>
  targetCommand(name, description)
    .argument('<module>', 'name of the module')
    .option('--event <id>', 'the delivery of this event')
    .option('--all', 'all of them');

/** What failed is shown already: this says that the command did not come to its end well. */
const refuseFailed = (name: string, results: ReadonlyArray<RedriveResult>): E.Either<Refusal, void> => {
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  if (failed === 0) return E.right(undefined);
  const message = `${String(failed)} of ${String(results.length)} deliveries to ${printable(name)} failed again, and stay parked.`;
  return E.left(refusal('redrive_failed', message, `Mend what they fail with, or give them up: account-data modules drop ${printable(name)}`));
};

const redriveCommand = (execution: Execution): CommandUnknownOpts =>
  parkedOptions('redrive', 'Tries parked deliveries again; what fails stays parked.').action((name, options) =>
    execution.execute(
      pipe(
        whichOf(options),
        TE.flatMap((which) =>
          execution.withServer(options, (client) =>
            pipe(
              clientTask(() => client.modules.redrive(name, which)),
              TE.tapTask((results) => sayIfNone(execution, options.json === true, results, `Nothing of ${printable(name)} is parked.`)),
              TE.tap((results) =>
                show(execution, options)(
                  RedriveResultJson,
                  ['event_id', 'outcome', 'error'],
                  results,
                  (result) =>
                    `${result.eventId}  ${result.outcome}${result.error === undefined ? '' : `: ${printable(result.error.message)}`}`,
                ),
              ),
              TE.flatMapEither((results) => refuseFailed(name, results)),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const dropCommand = (execution: Execution): CommandUnknownOpts =>
  parkedOptions('drop', 'Gives parked deliveries up for good.').action((name, options) =>
    execution.execute(
      pipe(
        whichOf(options),
        TE.flatMap((which) =>
          execution.withServer(options, (client) =>
            pipe(
              clientTask(() => client.modules.drop(name, which)),
              TE.flatMapTask((dropped) => () => execution.world.write(options.json === true ? jsonLine({ dropped }) : `Dropped ${String(dropped)}.\n`)),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const switches = {
  pause: (name: string) => `Paused ${name}: nothing is delivered to it until it is resumed.`,
  resume: (name: string) => `Resumed ${name}.`,
  forget: (name: string) => `Forgot ${name}: configured again, it begins anew.`,
} satisfies { readonly [Word in keyof ModuleCalls]?: (name: string) => string };

const switchCommand =
  (word: keyof typeof switches, description: string) =>
  (execution: Execution): CommandUnknownOpts =>
    targetCommand(word, description)
      .argument('<module>', 'name of the module')
      .action((name, options: TargetOptions & { readonly json?: true }) =>
        execution.execute(
          execution.withServer(options, (client) =>
            pipe(
              clientTask(() => client.modules[word](name)),
              TE.flatMapTask(() => () => execution.world.write(options.json === true ? jsonLine({}) : `${switches[word](printable(name))}\n`)),
            ),
          ),
          options.json === true,
        ),
      );

/** `modules list|parked|redrive|drop|replay|pause|resume|forget`, on a running server. */
export const modulesCommand = (execution: Execution): CommandUnknownOpts => {
  const command = new Command('modules').description('Modules of a running server: how far they are, and what they gave up.');
  for (const define of [
    listCommand,
    parkedCommand,
    redriveCommand,
    dropCommand,
    replayCommand,
    switchCommand('pause', 'Stops delivery to a module until it is resumed.'),
    switchCommand('resume', 'Goes on with a module that was paused.'),
    switchCommand('forget', 'Removes the checkpoint of a module that is not configured any more.'),
  ]) {
    command.addCommand(define(execution));
  }
  return command;
};
