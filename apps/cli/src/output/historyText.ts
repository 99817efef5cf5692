import { isEmptyContent, type JsonObject, timeText } from '@account-data/domain';
import type { LoggedChange, LoggedTagChange } from '../target/Target.js';
import { contentDiff } from './contentDiff.js';
import type { Look } from './look.js';
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
export const historyText = (change: LoggedChange, look: Look, withUser = false): string =>
  blockOf(change, look, withUser, `${printable(change.type)}${change.roomId === null ? '' : ` in room ${printable(change.roomId)}`}`, fromTo(change, look));

/** A change of a room tag, likewise; its revision is one of the tags. A tag's content may be empty. */
export const tagHistoryText = (change: LoggedTagChange, look: Look, withUser = false): string =>
  blockOf(change, look, withUser, `tag ${printable(change.tag)} in room ${printable(change.roomId)}`, [
    `    from:  ${change.previousContent === null ? 'nothing' : printableJson(change.previousContent)}`,
    `    to:    ${change.content === null ? 'nothing (removed)' : printableJson(change.content)}`,
  ]);

/** On a terminal as one diff; where programs read it, as from and to. */
const fromTo = ({ previousContent, content }: LoggedChange, look: Look): ReadonlyArray<string> =>
  look.isTerminal
    ? contentDiff(previousContent, content, look, '    ').trimEnd().split('\n')
    : [`    from:  ${before(previousContent)}`, `    to:    ${after(content)}`];

const blockOf = (change: LoggedChange | LoggedTagChange, look: Look, withUser: boolean, what: string, lines: ReadonlyArray<string>): string =>
  [
    `${look.time(change.time)}  revision ${change.revision}  ${withUser ? `${printable(change.userId)}  ` : ''}${look.paint('strong', what)}`,
    `    by:    ${change.actor.kind} ${printable(change.actor.id)}`,
    ...lines,
    ...(change.reason === undefined ? [] : [`    why:   ${printable(change.reason)}`]),
    ...provenance(change),
    '',
  ].join('\n');
