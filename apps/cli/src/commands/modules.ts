import { clientTask, type ModuleCalls, type RedriveResult, type WhichParked } from '@account-data/client';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ModuleJson, ParkedDeliveryJson, RedriveResultJson, UnknownCheckpoint } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { TypeOf } from 'io-ts';
import { printable } from '../output/printable.js';
import { type Refusal, refusal, usageError } from '../Refusal.js';
import { type RowForm, writeOne, writeRows } from '../output/writeRows.js';
import type { Execution, ServerPart } from './Execution.js';
import { ifInterrupted } from './ifInterrupted.js';
import { targetCommand, watchable } from './options.js';
import { type KeyedDelivery, withKeys } from './parkedKeys.js';
import { replayCommand } from './replayModule.js';
import { watched, type WatchOptions } from './watched.js';
import { withElapsed } from './withProgress.js';

/** One event, or all: whoever asks has to say which. */
const whichOf = (options: { readonly event?: string; readonly all?: true }): TE.TaskEither<Refusal, WhichParked> => {
  if (options.event !== undefined && options.all === undefined) return TE.right({ eventId: options.event });
  if (options.event === undefined && options.all === true) return TE.right('all');
  return TE.left(usageError('Which parked deliveries?', 'Give --event EVENT_ID, or --all.'));
};

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

/** The absence of a state tells checkpoints from modules. */
const listForm: RowForm<TypeOf<typeof ModuleJson> | TypeOf<typeof UnknownCheckpoint>> = {
  json: (item) => ('state' in item ? ModuleJson.encode(item) : UnknownCheckpoint.encode(item)),
  text: (item) => `${'state' in item ? moduleText(item) : unknownText(item)}\n`,
  columns: ['name', 'state', 'position', 'lag_events', 'lag_seconds', 'parked', 'failures'],
};

/** A folder without a server has a list, too, but nothing of it moves. */
const partOf = ({ watch }: WatchOptions): ServerPart => (watch === true ? 'live' : 'modules');

const listCommand = (execution: Execution): CommandUnknownOpts =>
  watchable(targetCommand('list', 'Shows the modules, how far they are, and what they hold up or gave up.')).action((options) =>
    execution.execute(
      watched(
        execution.world,
        options,
        execution.withServer(options, partOf(options), (client) => clientTask(() => client.modules.status())),
        (world, { modules, unknownCheckpoints }) => writeRows(world, options, listForm, [...modules, ...unknownCheckpoints], 'The server has no modules.'),
      ),
      options.json === true,
    ),
  );

const parkedForm: RowForm<KeyedDelivery> = {
  json: ({ key, ...delivery }) => ({ ...ParkedDeliveryJson.encode(delivery), ...(key === undefined ? {} : { user_id: key.userId, room_id: key.roomId, type: key.type }) }),
  text: ({ eventId, revision, stream, attempts, error, time, key }, look) =>
    `${eventId}  revision ${revision} of ${printable(stream)}  after ${String(attempts)} tries: ${printable(error.message)}\n` +
    `    ${look.time(time)}${key === undefined ? '' : `  ${printable(key.userId)}  ${printable(key.type)}${key.roomId === null ? '' : ` in room ${printable(key.roomId)}`}`}\n`,
  columns: ['time', 'user_id', 'type', 'room_id', 'event_id', 'revision', 'attempts', 'error'],
};

const parkedCommand = (execution: Execution): CommandUnknownOpts =>
  watchable(targetCommand('parked', 'Lists the deliveries that a module gave up: of which user, room and type, when, and what it failed with.'))
    .argument('<module>', 'name of the module')
    .action((name, options) =>
      execution.execute(
        watched(
          execution.world,
          options,
          execution.withServer(options, partOf(options), (client) =>
            pipe(
              clientTask(() => client.modules.parked(name)),
              TE.flatMap((parked) => TE.fromTask(() => withKeys(client, parked))),
            ),
          ),
          (world, parked) => writeRows(world, options, parkedForm, parked, `Nothing of ${printable(name)} is parked.`),
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

const redriveForm: RowForm<RedriveResult> = {
  json: RedriveResultJson.encode,
  text: ({ eventId, outcome, error }) => `${eventId}  ${outcome}${error === undefined ? '' : `: ${printable(error.message)}`}\n`,
  columns: ['event_id', 'outcome', 'error'],
};

const redriveCommand = (execution: Execution): CommandUnknownOpts =>
  parkedOptions('redrive', 'Tries parked deliveries again; what fails stays parked.').action((name, options) =>
    execution.execute(
      pipe(
        whichOf(options),
        TE.flatMap((which) =>
          execution.withServer(options, 'delivery', (client) =>
            pipe(
              withElapsed(execution.world, 'Delivering', clientTask(() => client.modules.redrive(name, which))),
              ifInterrupted('The server may go on with it. account-data modules parked tells what is still parked; run the same command again for that.'),
              TE.tapTask((results) => () => writeRows(execution.world, options, redriveForm, results, `Nothing of ${printable(name)} is parked.`)),
              TE.flatMapEither((results) => refuseFailed(name, results)),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const dropForm: RowForm<number> = { json: (dropped) => ({ dropped }), text: (dropped) => `Dropped ${String(dropped)}.\n`, columns: ['dropped'] };

const dropCommand = (execution: Execution): CommandUnknownOpts =>
  parkedOptions('drop', 'Gives parked deliveries up for good.').action((name, options) =>
    execution.execute(
      pipe(
        whichOf(options),
        TE.flatMap((which) =>
          execution.withServer(options, 'modules', (client) =>
            pipe(
              clientTask(() => client.modules.drop(name, which)),
              TE.flatMapTask((dropped) => () => writeOne(execution.world, options, dropForm, dropped)),
            ),
          ),
        ),
      ),
      options.json === true,
    ),
  );

const switchForm = (done: string, text: (name: string) => string): RowForm<string> => ({
  json: (name) => ({ name, done }),
  text: (name) => `${text(printable(name))}\n`,
  columns: ['name', 'done'],
});

const switches = {
  pause: switchForm('paused', (name) => `Paused ${name}: nothing is delivered to it until it is resumed.`),
  resume: switchForm('resumed', (name) => `Resumed ${name}.`),
  forget: switchForm('forgotten', (name) => `Forgot ${name}: configured again, it begins anew.`),
} satisfies { readonly [Word in keyof ModuleCalls]?: RowForm<string> };

const switchCommand =
  (word: keyof typeof switches, description: string) =>
  (execution: Execution): CommandUnknownOpts =>
    targetCommand(word, description)
      .argument('<module>', 'name of the module')
      .action((name, options) =>
        execution.execute(
          execution.withServer(options, 'delivery', (client) =>
            pipe(
              clientTask(() => client.modules[word](name)),
              TE.flatMapTask(() => () => writeOne(execution.world, options, switches[word], name)),
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
