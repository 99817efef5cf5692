import { type AccountDataClient, type ChangeResult, type ClientError, clientTask, type KeyRestore } from '@account-data/client';
import { maxPageEntries, timeText } from '@account-data/domain';
import { ChangeJson, KeyRestoreJson } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { printable } from '../output/printable.js';
import { type OutputOptions, type RowForm, writeOne, writeRows } from '../output/writeRows.js';
import { type Refusal, refusal } from '../Refusal.js';
import type { World } from '../World.js';
import { type BringBackOptions, isShownFirst, isWanted, shownChangeText } from './bringBack.js';
import { changeOptionsOf } from './changeOptions.js';

/** As of when, and what of it. @category model */
export interface RestoreStateOptions extends OutputOptions, BringBackOptions {
  readonly time: number;
  readonly by?: 'original' | 'recorded' | undefined;
  readonly type?: string | undefined;
  readonly room?: string | undefined;
  readonly global?: true | undefined;
  readonly reason?: string | undefined;
  readonly requestKey?: string | undefined;
}

const previewForm: RowForm<KeyRestore> = {
  json: KeyRestoreJson.encode,
  text: shownChangeText,
  columns: ['change', 'type', 'room_id', 'if_revision', 'readable'],
};

const doneForm = (keys: number, time: number): RowForm<ChangeResult> => ({
  json: ChangeJson.encode,
  text: ({ revision }) => `Restored ${keys === 1 ? 'one key' : `${String(keys)} keys`} as of ${timeText(time)}, up to revision ${revision}. Room tags are as they were.\n`,
  columns: ['revision', 'revisions', 'position', 'delivery', 'repeated'],
});

const tooMany = (keys: number): Refusal =>
  refusal('too_many_keys', `${String(keys)} keys differ; at most ${String(maxPageEntries)} are restored at once. Nothing was changed.`, 'Narrow it with --type, --room or --global, and repeat.');

/** Brings back what a user had at a time, as it was shown; room tags stay as they are. */
export const restoreStateOf =
  (world: World, client: AccountDataClient, userId: string, options: RestoreStateOptions): TE.TaskEither<ClientError | Refusal, void> =>
  async () => {
    const { time, by, type, room, global } = options;
    const moment = { time, ...(by === undefined ? {} : { by }) };
    const roomId = room ?? (global === true ? null : undefined);
    const filter = { ...(roomId === undefined ? {} : { roomId }), ...(type === undefined ? {} : { type }) };
    const preview = await clientTask(() => client.previewRestore(userId, { ...moment, ...filter }))();
    if (E.isLeft(preview)) return preview;
    const changes = preview.right;
    if (changes.length > maxPageEntries) return E.left(tooMany(changes.length));
    if (options.dryRun === true) await writeRows(world, options, previewForm, changes, undefined);
    if (changes.length === 0) world.writeError(`account-data: ${printable(userId)} has what there was at ${timeText(time)}: nothing is to be restored.\n`);
    if (changes.length === 0 || options.dryRun === true) return E.right(undefined);
    if (isShownFirst(world, options) && !(await isWanted(world, options, changes))) return E.right(undefined);
    const done = await clientTask(() => client.restoreState(userId, moment, changes, { reason: `restores what was at ${timeText(time)}`, ...changeOptionsOf(options) }))();
    if (E.isLeft(done)) return done;
    await writeOne(world, options, doneForm(changes.length, time), done.right);
    return E.right(undefined);
  };
