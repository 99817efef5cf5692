import { maxPageEntries } from '@account-data/domain';
import * as t from 'io-ts';
import { listOf } from '../json/list.js';
import { ChangeJson, NoPath, NoQuery, commandOptions } from '../json/models.js';
import { ProblemDetails } from '../json/problem.js';
import { answerRecord, record } from '../json/record.js';
import { GivenContent, IfRevision, GivenRoomId, GivenTag, GivenType, GivenUserId, orNull } from '../json/scalars.js';
import { tagged } from '../json/tagged.js';
import { operation } from '../Operation.js';

/** POST /v1/commands: changes of any users, each command atomic by itself. */

const key = { type: GivenType };
const room = { roomId: orNull(GivenRoomId), ifRevision: IfRevision };

const SetChange = record('SetChange', { change: t.literal('set'), ...key, content: GivenContent }, room);
const DeleteChange = record('DeleteChange', { change: t.literal('delete'), ...key }, room);

/** One change of a batch. @category codecs */
export const BatchChange = tagged<typeof SetChange | typeof DeleteChange>('BatchChange', 'change', { set: SetChange, delete: DeleteChange });

/** One change of a batch. @category codecs */
export type BatchChange = t.TypeOf<typeof BatchChange>;

const user = { userId: GivenUserId };

const SetCommand = record('SetCommand', { command: t.literal('set'), ...user, ...key, content: GivenContent }, { ...room, ...commandOptions });
const DeleteCommand = record('DeleteCommand', { command: t.literal('delete'), ...user, ...key }, { ...room, ...commandOptions });
const BatchCommand = record('BatchCommand', { command: t.literal('batch'), ...user, changes: listOf(BatchChange, maxPageEntries) }, commandOptions);
const SetTagCommand = record(
  'SetTagCommand',
  { command: t.literal('set_tag'), ...user, roomId: GivenRoomId, tag: GivenTag, content: GivenContent },
  commandOptions,
);
const RemoveTagCommand = record(
  'RemoveTagCommand',
  { command: t.literal('remove_tag'), ...user, roomId: GivenRoomId, tag: GivenTag },
  commandOptions,
);

type CommandCodec =
  | typeof SetCommand
  | typeof DeleteCommand
  | typeof BatchCommand
  | typeof SetTagCommand
  | typeof RemoveTagCommand;

/** A command, told apart by its member `command`. @category codecs */
export const Command = tagged<CommandCodec>('Command', 'command', {
  set: SetCommand,
  delete: DeleteCommand,
  batch: BatchCommand,
  set_tag: SetTagCommand,
  remove_tag: RemoveTagCommand,
});

/** What the codec of the same name decodes to. @category codecs */
export type Command = t.TypeOf<typeof Command>;

/** How many commands a request may hold. @category constants */
export const maxCommands = 100;

/** Commands that are carried out in the order given. @category codecs */
export const Commands = record('Commands', { commands: listOf(Command, maxCommands) }, {});

/** What became of one command: a change, or a problem, with the status that it has by itself. @category codecs */
export const CommandResult = answerRecord('CommandResult', { status: t.number }, { change: ChangeJson, problem: ProblemDetails });

/** What the codec of the same name decodes to. @category codecs */
export type CommandResult = t.TypeOf<typeof CommandResult>;

/** Carries out commands; each is answered in its place. @category operations */
export const performCommands = operation({
  operationId: 'performCommands',
  method: 'POST',
  path: '/v1/commands',
  params: NoPath,
  query: NoQuery,
  body: Commands,
  answer: answerRecord('CommandResults', { results: listOf(CommandResult) }, {}),
});
