import { type ClientError, clientTask, type KeyDiff, type Moment, type MomentQuery } from '@account-data/client';
import { maxPageEntries, type Position, type Revision } from '@account-data/domain';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { diffText, stateText } from '../output/timeTravelText.js';
import { printable } from '../output/printable.js';
import { type OutputOptions, type RowForm, writeRows } from '../output/writeRows.js';
import { entryJson, keyDiffJson, roomTagsJson } from '../output/json.js';
import { type Refusal, usageError } from '../Refusal.js';
import type { FoundEntry, FoundTags, Target } from '../target/Target.js';
import { parsePosition, parseRevision, parseTimeOf } from './arguments.js';
import type { World } from '../World.js';
import type { Execution } from './Execution.js';
import { byOption, roomOption, targetCommand, watchable } from './options.js';
import { watched } from './watched.js';

interface GivenMoment {
  readonly revision?: Revision | undefined;
  readonly position?: Position | undefined;
  readonly time?: number | undefined;
}

/** Undefined where none is given. */
const momentOf = ({ revision, position, time }: GivenMoment, names: string): E.Either<Refusal, Moment | undefined> => {
  const moments: ReadonlyArray<Moment> = [
    ...(revision === undefined ? [] : [{ revision }]),
    ...(position === undefined ? [] : [{ position }]),
    ...(time === undefined ? [] : [{ time }]),
  ];
  return moments.length > 1 ? E.left(usageError(`Give one of ${names}.`)) : E.right(moments[0]);
};

const requiredMoment = (given: GivenMoment, names: string): E.Either<Refusal, Moment> =>
  pipe(
    momentOf(given, names),
    E.chain((moment) => (moment === undefined ? E.left(usageError(`As of when? Give one of ${names}.`)) : E.right(moment))),
  );

const stateForm = (userId: string): RowForm<FoundEntry | FoundTags> => ({
  json: (item) => ('tags' in item ? roomTagsJson(userId, item) : entryJson(userId, item)),
  text: stateText,
  columns: ['type', 'room_id', 'revision', 'content', 'tags'],
});

const diffForm = (userId: string): RowForm<KeyDiff> => ({
  json: (change) => keyDiffJson(userId, change),
  text: diffText,
  columns: ['change', 'type', 'room_id', 'readable'],
});

const atOf = (at: Moment, by: MomentQuery['by']): MomentQuery => {
  if ('revision' in at) return { atRevision: at.revision };
  return 'position' in at ? { atPosition: at.position } : { atTime: at.time, ...(by === undefined ? {} : { by }) };
};

const entriesAt = async (target: Target, userId: string, at: MomentQuery): Promise<ReadonlyArray<FoundEntry>> => {
  const found: Array<FoundEntry> = [];
  for await (const entry of target.entries(userId, { ...at, limit: maxPageEntries })) found.push(entry);
  return found;
};

/** Undefined where the target can't tell: where a revision of account data stands among the tags, a folder does not know. */
const tagsAt = (target: Target, userId: string, at: MomentQuery): TE.TaskEither<ClientError, ReadonlyArray<FoundTags> | undefined> =>
  pipe(
    clientTask(() => target.tags(userId, at)),
    TE.orElse((error) => (error.code === 'needs_server' ? TE.right(undefined) : TE.left(error))),
  );

interface State {
  readonly entries: ReadonlyArray<FoundEntry>;
  readonly tags: ReadonlyArray<FoundTags> | undefined;
}

/** All that a user has or had, account data and tags. */
const stateAt = (target: Target, userId: string, at: MomentQuery): TE.TaskEither<ClientError, State> =>
  pipe(
    TE.Do,
    TE.bind('entries', () => clientTask(() => entriesAt(target, userId, at))),
    TE.bind('tags', () => tagsAt(target, userId, at)),
  );

const writeState =
  (userId: string, options: OutputOptions, none: string) =>
  async (world: World, { entries, tags }: State): Promise<void> => {
    if (tags === undefined) world.writeError('Tags are left out: a server tells which there were at a revision (--url), or use --time.\n');
    await world.page?.();
    await writeRows(world, options, stateForm(userId), [...entries, ...(tags ?? [])], none);
  };

/** `state USER`: the whole state of a user now, account data and tags. */
export const stateCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  watchable(targetCommand('state', 'Shows all that a user has now: account data and room tags.'))
    .argument('<user>', 'user ID')
    .action((userId, options) =>
      execute(watched(world, options, withTarget(options, 'read', (target) => stateAt(target, userId, {})), writeState(userId, options, `${printable(userId)} has nothing.`)), options.json === true),
    );

/** `as-of USER`: the whole state of a user at a moment, account data and tags. */
export const asOfCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('as-of', 'Shows all that a user had at a moment: account data and room tags.')
    .argument('<user>', 'user ID')
    .option('--revision <number>', 'after this change of the user\'s account data', parseRevision)
    .option('--position <number>', 'after this position of the log', parsePosition)
    .option('--time <time>', 'after this time, or at the beginning of this day', parseTimeOf(world))
    .addOption(byOption())
    .action((userId, options) =>
      execute(
        pipe(
          TE.fromEither(requiredMoment(options, '--revision, --position and --time')),
          TE.flatMap((at) =>
            withTarget(options, options.position === undefined ? 'read' : 'index', (target) => stateAt(target, userId, atOf(at, options.by))),
          ),
          TE.flatMapTask((state) => () => writeState(userId, options, `${printable(userId)} had nothing then.`)(world, state)),
        ),
        options.json === true,
      ),
    );

/** `diff USER`: what changed of a user's account data between two moments. */
export const diffCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('diff', 'Tells what changed of a user\'s account data between two moments, or since one.')
    .argument('<user>', 'user ID')
    .option('--from-revision <number>', 'from after this change', parseRevision)
    .option('--from-position <number>', 'from this position of the log', parsePosition)
    .option('--from-time <time>', 'from this time, or the beginning of this day', parseTimeOf(world))
    .option('--to-revision <number>', 'to after this change (default: now)', parseRevision)
    .option('--to-position <number>', 'to this position of the log', parsePosition)
    .option('--to-time <time>', 'to this time, or the beginning of this day', parseTimeOf(world))
    .addOption(roomOption())
    .option('--global', 'only account data that belongs to no room')
    .option('--type <type>', 'only this type')
    .action((userId, options) => {
      const from = { revision: options.fromRevision, position: options.fromPosition, time: options.fromTime };
      const to = { revision: options.toRevision, position: options.toPosition, time: options.toTime };
      return execute(
        pipe(
          TE.Do,
          TE.bind('from', () => TE.fromEither(requiredMoment(from, '--from-revision, --from-position and --from-time'))),
          TE.bind('to', () => TE.fromEither(momentOf(to, '--to-revision, --to-position and --to-time'))),
          TE.chain((moments) =>
            withTarget(options, options.fromPosition === undefined && options.toPosition === undefined ? 'read' : 'index', (target) =>
              pipe(
                clientTask(() =>
                  target.diff(userId, {
                    from: moments.from,
                    ...(moments.to === undefined ? {} : { to: moments.to }),
                    ...(options.room === undefined ? (options.global === true ? { roomId: null } : {}) : { roomId: options.room }),
                    ...(options.type === undefined ? {} : { type: options.type }),
                  }),
                ),
                TE.flatMapTask(({ changes }) => async () => {
                  await world.page?.();
                  await writeRows(world, options, diffForm(userId), changes, 'Nothing differs between the two moments.');
                }),
              ),
            ),
          ),
        ),
        options.json === true,
      );
    });
