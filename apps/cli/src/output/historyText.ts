import { type JsonObject, timeText } from '@account-data/domain';
import type { PastChange } from '../target/Target.js';
import { printable, printableJson } from './printable.js';

const isEmpty = (content: JsonObject): boolean => Object.keys(content).length === 0;

const before = (content: JsonObject | null): string =>
  content === null || isEmpty(content) ? 'nothing' : printableJson(content);

const after = (content: JsonObject): string => (isEmpty(content) ? 'nothing (deleted)' : printableJson(content));

const provenance = (change: PastChange): ReadonlyArray<string> => {
  switch (change.origin) {
    case 'restore':
      return [`    as:    restored${change.restoredRevision === undefined ? '' : ` from revision ${change.restoredRevision}`}`];
    case 'import':
      return [`    as:    imported${change.originalTime === undefined ? '' : `, made ${timeText(change.originalTime)}`}`];
    default:
      return [];
  }
};

/**
 * A change for a person: when, where, by whom, from what to what, and why if that was said.
 *
 *     2025-03-01T09:30:00.000Z  revision 4  org.example.theme in room !home:example.org
 *         by:    user @alice:example.org
 *         from:  {"theme":"dark"}
 *         to:    {"theme":"light"}
 *         why:   too dark
 */
export const historyText = (change: PastChange): string => {
  const where = change.roomId === null ? '' : ` in room ${printable(change.roomId)}`;
  return [
    `${timeText(change.time)}  revision ${change.revision}  ${printable(change.type)}${where}`,
    `    by:    ${change.actor.kind} ${printable(change.actor.id)}`,
    `    from:  ${before(change.previousContent)}`,
    `    to:    ${after(change.content)}`,
    ...(change.reason === undefined ? [] : [`    why:   ${printable(change.reason)}`]),
    ...provenance(change),
    '',
  ].join('\n');
};
