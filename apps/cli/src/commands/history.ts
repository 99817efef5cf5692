import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { type ClientError, clientTask, type LogHistoryQuery } from '@account-data/client';
import * as TE from 'fp-ts/lib/TaskEither.js';
import { historyText, tagHistoryText } from '../output/historyText.js';
import { historyJson, tagHistoryJson } from '../output/json.js';
import { type OutputOptions, type RowForm, writeRows } from '../output/writeRows.js';
import { printable } from '../output/printable.js';
import { type Refusal, usageError } from '../Refusal.js';
import type { Page, Target } from '../target/Target.js';
import type { World } from '../World.js';
import { parseLimit, parseTimeOf } from './arguments.js';
import type { Execution } from './Execution.js';
import { scannedChanges, scannedForm } from './scannedChanges.js';
import { byOption, roomOption, targetCommand } from './options.js';

/** Which changes, and how many in all. */
type HistoryWindow = Pick<LogHistoryQuery, 'direction' | 'since' | 'until' | 'by' | 'cursor'> & { readonly limit: number };

/** What a change tells of who made it. */
interface Made {
  readonly actor: { readonly id: string };
  readonly eventId: string;
  readonly correlationId: string;
  readonly causationId?: string;
}

/** Page after page, up to the limit; what is beyond it is said. */
async function* pagesOf<Change>(world: World, window: HistoryWindow, pageOf: (window: HistoryWindow) => Promise<Page<Change>>): AsyncGenerator<Change, void, void> {
  let { cursor, limit: left } = window;
  while (!world.stopped.aborted) {
    const page = await pageOf({ ...window, limit: left, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.entries;
    left -= page.entries.length;
    cursor = page.next;
    if (cursor === undefined) return;
    if (left <= 0) {
      world.writeError(`There is more: go on with --cursor ${cursor}\n`);
      return;
    }
  }
}

type Sought = Pick<Options, 'actor' | 'correlation'>;

const isSought = ({ actor, correlation }: Sought, change: Made): boolean =>
  (actor === undefined || change.actor.id === actor) &&
  (correlation === undefined || [change.correlationId, change.causationId, change.eventId].includes(correlation));

/** Those that one actor made or that belong to one request, up to the limit. All others are read, too: nothing finds them. */
async function* madeBy<Change extends Made>(sought: Sought, limit: number, world: World, changes: AsyncIterable<Change>): AsyncGenerator<Change, void, void> {
  let left = limit;
  for await (const change of changes) {
    if (!isSought(sought, change)) continue;
    if (left <= 0) {
      world.writeError('There is more: a larger --limit shows it, or a later --since.\n');
      return;
    }
    yield change;
    left -= 1;
  }
}

/** Writes page after page, and says at a limit how to go on. */
const writePages =
  <Change extends Made>(
    world: World,
    window: HistoryWindow,
    pageOf: (window: HistoryWindow) => Promise<Page<Change>>,
    form: RowForm<Change>,
    options: Options,
    /** Said where there is nothing to write. */
    nothing: string,
  ): TE.TaskEither<ClientError, void> =>
  writeChanges(
    world,
    options.actor === undefined && options.correlation === undefined
      ? pagesOf(world, window, pageOf)
      : madeBy(options, window.limit, world, pagesOf(world, { ...window, limit: Number.POSITIVE_INFINITY }, pageOf)),
    form,
    options,
    nothing,
  );

const writeChanges = <Change>(
  world: World,
  changes: AsyncIterable<Change>,
  form: RowForm<Change>,
  options: Options,
  nothing: string,
): TE.TaskEither<ClientError, void> =>
  clientTask(async () => {
    await world.page?.();
    await writeRows(world, options, form, changes, nothing);
  });

interface Options extends OutputOptions {
  readonly actor?: string | undefined;
  readonly request?: string | undefined;
  readonly correlation?: string | undefined;
  readonly room?: string | undefined;
  readonly global?: true | undefined;
  readonly type?: string | undefined;
  readonly tags?: true | undefined;
  readonly allUsers?: true | undefined;
}

/** Whether the log is read for it: users and types are indexed, and no index knows of request keys, or of rooms across users. */
const isScan = (userId: string | undefined, { actor, request, correlation, room, type }: Options, { direction }: HistoryWindow): boolean =>
  userId === undefined &&
  (request !== undefined || room !== undefined || ((actor !== undefined || correlation !== undefined) && type === undefined && direction !== 'backwards'));

/** What of the options does not go together; undefined where all does. */
const misuse = (userId: string | undefined, options: Options, window: HistoryWindow): Refusal | undefined => {
  const { actor, request, correlation, room, global, type, tags, allUsers } = options;
  if (request !== undefined && (userId !== undefined || window.direction === 'backwards')) {
    return usageError('--request has the whole log read from its beginning.', 'Leave out the user and --backwards.');
  }
  if (room !== undefined && userId === undefined && window.direction === 'backwards') {
    return usageError('--room without a user has the whole log read from its beginning.', 'Name a user, or leave out --backwards.');
  }
  if (userId !== undefined && allUsers === true) return usageError('A user and --all-users are two things.', 'Give one of them.');
  if (userId === undefined && allUsers !== true && [type, actor, request, correlation, room].every((given) => given === undefined)) {
    return usageError('Whose history?', 'Name a user, or a --type or --room across users, or who or what made the changes, or --all-users.');
  }
  if (userId === undefined && (global === true || tags === true)) {
    return usageError('--global and --tags are for one user.', 'Name a user, or leave them out.');
  }
  if (global === true && room !== undefined) {
    return usageError('--global leaves rooms out, and --room asks for one.', 'Give one of them.');
  }
  if (tags === true && (type !== undefined || global === true)) {
    return usageError('Tags have no type and always a room.', 'Leave out --type and --global, or --tags.');
  }
  return undefined;
};

/** What is said where nothing is shown: that nothing was ever changed only where all there is was asked for. */
const nothingOf = (
  userId: string | undefined,
  { actor, request, correlation, room, global, type, tags }: Options,
  { since, until, cursor }: HistoryWindow,
): string => {
  const whose = userId === undefined ? '' : ` for ${printable(userId)}`;
  if (cursor !== undefined) return `Nothing more matches${whose}.`;
  const isFiltered = [actor, request, correlation, room, global, type, since, until].some((given) => given !== undefined);
  if (isFiltered) return `Nothing matches${whose}: without the filters, there may be changes.`;
  return tags === true ? `No tags were ever changed${whose}.` : `No account data was ever changed${whose}.`;
};

const work = (
  world: World,
  target: Target,
  userId: string | undefined,
  options: Options,
  window: HistoryWindow,
): TE.TaskEither<ClientError, void> => {
  const { room, global, type, tags } = options;
  const nothing = nothingOf(userId, options, window);
  if (tags === true && userId !== undefined) {
    return writePages(
      world,
      window,
      (page) => target.tagHistory(userId, { ...page, ...(room === undefined ? {} : { roomId: room }) }),
      { json: tagHistoryJson, text: tagHistoryText, columns: ['time', 'revision', 'tag', 'room_id', 'actor', 'previous_content', 'content', 'reason'] },
      options,
      nothing,
    );
  }
  const ofType = type === undefined ? {} : { type };
  if (isScan(userId, options, window)) {
    const { actor, request, correlation, room: roomId } = options;
    const { direction, limit, ...within } = window;
    return writeChanges(
      world,
      scannedChanges(
        world,
        target,
        {
          ...within,
          ...ofType,
          ...(actor === undefined ? {} : { actor }),
          ...(request === undefined ? {} : { requestKey: request }),
          ...(correlation === undefined ? {} : { correlationId: correlation }),
          ...(roomId === undefined ? {} : { roomId }),
        },
        limit,
      ),
      scannedForm,
      options,
      nothing,
    );
  }
  const ofRoom = room === undefined ? (global === true ? { roomId: null } : {}) : { roomId: room };
  return writePages(
    world,
    window,
    (page) => (userId === undefined ? target.logHistory({ ...page, ...ofType }) : target.history(userId, { ...page, ...ofType, ...ofRoom })),
    {
      json: historyJson,
      text: (change, look) => historyText(change, look, userId === undefined),
      columns: ['time', ...(userId === undefined ? ['user_id'] : []), 'revision', 'type', 'room_id', 'actor', 'previous_content', 'content', 'reason'],
    },
    options,
    nothing,
  );
};

/** `history [USER]`: every change of a user's account data or tags, or of a type across users, the oldest first. */
export const historyCommand = ({ world, execute, withTarget }: Execution): CommandUnknownOpts =>
  targetCommand('history', 'Tells who changed what from what to what, when and why.')
    .argument('[user]', 'user ID; without it, changes of a --type, in a --room, or of --all-users')
    .option('--all-users', 'changes of all users, in the order of the log')
    .addOption(roomOption())
    .option('--global', 'only account data that belongs to no room')
    .option('--type <type>', 'only this type')
    .option('--actor <id>', 'only what this user, service or operator changed; without a user, of tags too')
    .option('--request <key>', 'only what was asked for with this request key')
    .option('--correlation <id>', 'only what belongs to this correlation ID, or to the change with this ID')
    .option('--tags', 'changes of room tags, instead of account data')
    .option('--since <time>', 'only from this time or day on: what was imported kept its own time', parseTimeOf(world))
    .option('--until <time>', 'only before this time or day', parseTimeOf(world))
    .addOption(byOption())
    .option('--limit <number>', 'at most so many changes', parseLimit)
    .option('--cursor <cursor>', 'go on where a --limit ended')
    .option('--backwards', 'the newest first')
    .action((userId, options) => {
      const { since, until, by, cursor } = options;
      const window: HistoryWindow = {
        direction: options.backwards === true ? 'backwards' : 'forwards',
        limit: options.limit ?? Number.POSITIVE_INFINITY,
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(by === undefined ? {} : { by }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      const refused = misuse(userId, options, window);
      return execute(
        refused === undefined
          ? withTarget(options, userId === undefined ? 'index' : 'read', (target) => work(world, target, userId, options, window))
          : TE.left(refused),
        options.json === true,
      );
    });
