import type { ChangeResult } from '@account-data/client';
import type * as T from 'fp-ts/lib/Task.js';
import type { World } from '../World.js';
import { changeJson } from './json.js';
import { type OutputOptions, writeOne } from './writeRows.js';
import { printable } from './printable.js';

/** Which key was changed: of account data, or `type` is a tag. @category model */
export interface ChangedKey {
  readonly userId: string;
  readonly roomId: string | null;
  readonly type: string;
}

const revisionText = ({ revision, repeated }: ChangeResult): string =>
  ` at revision ${revision}${repeated ? ' (already, by an earlier request with this key)' : ''}`;

/** `Set org.example.theme of @alice:example.org in room !home:example.org at revision 4.` */
export const changeText = (done: string, { userId, roomId, type }: ChangedKey, answer: ChangeResult): string =>
  `${done} ${printable(type)} of ${printable(userId)}${roomId === null ? '' : ` in room ${printable(roomId)}`}${revisionText(answer)}.\n`;

/** Says on standard output what was done. */
export const writeChange =
  (world: World, done: string, key: ChangedKey, answer: ChangeResult, options: OutputOptions): T.Task<void> =>
  () =>
    writeOne(world, options, { json: changeJson, text: (change) => changeText(done, key, change), columns: ['revision', 'position', 'repeated'] }, answer);
