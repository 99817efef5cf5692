import { type AccessEntry, type AccessKind, timeText } from '@account-data/domain';
import type { Look } from './look.js';
import { printable } from './printable.js';
import type { RowForm } from './writeRows.js';

const what: Readonly<Record<AccessKind, string>> = { data: 'looked at data of', feed: 'followed', export: 'exported', access_log: 'looked at who looked at' };

const line = ({ time, actor, role, userId, kind, reason }: AccessEntry, look: Look): string =>
  `${look.time(time)}  ${printable(actor.id)} (${printable(role)}) ${what[kind]} ${userId === null ? 'all users' : printable(userId)}${reason === undefined ? '' : `: ${printable(reason)}`}\n`;

/** An entry of the access log. */
export const accessForm: RowForm<AccessEntry> = {
  json: ({ id, time, actor, role, userId, kind, reason }) => ({ id, time: timeText(time), actor, role, user_id: userId, kind, reason }),
  text: line,
  columns: ['time', 'actor', 'role', 'user_id', 'kind', 'reason'],
};
