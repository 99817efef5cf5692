import { isEmptyContent, type JsonObject, timeText } from '@account-data/domain';
import type { LoggedChange, LoggedTagChange } from '../target/Target.js';
import { printable, printableJson } from './printable.js';

const before = (content: JsonObject | null): string => (content === null || isEmptyContent(content) ? 'nothing' : printableJson(content));

const after = (content: JsonObject): string => (isEmptyContent(content) ? 'nothing (deleted)' : printableJson(content));

const provenance = (change: LoggedChange | LoggedTagChange): ReadonlyArray<string> => {
  switch (change.origin) {
    case 'restore':
      return [`    as:    restored${change.restoredRevision === undefined ? '' : ` from revision ${change.restoredRevision}`}`];
    case 'synapse':
      return [`    as:    followed${change.originalTime === undefined ? '' : `, made ${timeText(change.originalTime)}`}`];
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
export const historyText = (change: LoggedChange, withUser = false): string =>
  blockOf(change, withUser, `${printable(change.type)}${change.roomId === null ? '' : ` in room ${printable(change.roomId)}`}`, [
    `    from:  ${before(change.previousContent)}`,
    `    to:    ${after(change.content)}`,
  ]);

/** A change of a room tag, likewise; its revision is one of the tags. A tag's content may be empty. */
export const tagHistoryText = (change: LoggedTagChange): string =>
  blockOf(change, false, `tag ${printable(change.tag)} in room ${printable(change.roomId)}`, [
    `    from:  ${change.previousContent === null ? 'nothing' : printableJson(change.previousContent)}`,
    `    to:    ${change.content === null ? 'nothing (removed)' : printableJson(change.content)}`,
  ]);

const blockOf = (change: LoggedChange | LoggedTagChange, withUser: boolean, what: string, fromTo: ReadonlyArray<string>): string =>
  [
    `${timeText(change.time)}  revision ${change.revision}  ${withUser ? `${printable(change.userId)}  ` : ''}${what}`,
    `    by:    ${change.actor.kind} ${printable(change.actor.id)}`,
    ...fromTo,
    ...(change.reason === undefined ? [] : [`    why:   ${printable(change.reason)}`]),
    ...provenance(change),
    '',
  ].join('\n');
