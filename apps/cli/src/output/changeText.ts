import type * as T from 'fp-ts/lib/Task.js';
import type { ChangeAnswer, Key } from '../target/Target.js';
import type { World } from '../World.js';
import { changeJson } from './json.js';
import { printable } from './printable.js';

const revisionText = ({ revision, repeated }: ChangeAnswer): string =>
  ` at revision ${revision}${repeated ? ' (already, by an earlier request with this key)' : ''}`;

/** `Set org.example.theme of @alice:example.org in room !home:example.org at revision 4.` */
export const changeText = (done: string, { userId, roomId, type }: Key, answer: ChangeAnswer): string =>
  `${done} ${printable(type)} of ${printable(userId)}${roomId === null ? '' : ` in room ${printable(roomId)}`}${revisionText(answer)}.\n`;

/** Says on standard output what was done. */
export const writeChange =
  (world: World, done: string, key: Key, answer: ChangeAnswer, json: boolean): T.Task<void> =>
  () =>
    world.write(json ? changeJson(answer) : changeText(done, key, answer));
