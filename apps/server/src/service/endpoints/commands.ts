import type { RevisionCondition } from '@account-data/domain';
import type { BatchItem, ChangeResult, CommandError } from '@account-data/engine';
import { performCommands } from '@account-data/service-api';
import type { BatchChange, Command, Commands } from '@account-data/service-api';
import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import { changeHeaders } from '../changeHeaders.js';
import { changeOptions } from '../changeOptions.js';
import { endpoint } from '../Endpoint.js';
import type { Call, Endpoint } from '../Endpoint.js';
import { problemDetails, problemOf } from '../Problem.js';
import type { Problem } from '../Problem.js';
import { problemTable } from '../problemTable.js';

/** POST /v1/commands: changes of any users, each command atomic by itself. */

type CommandsCall = Call<unknown, unknown, t.TypeOf<typeof Commands>>;

const perform = async (call: CommandsCall, command: Command): Promise<E.Either<Problem, ChangeResult>> => {
  const done = await run(call, command);
  return E.isLeft(done) ? E.left(problemOf(done.left)) : done;
};

const run = (call: CommandsCall, command: Command): Promise<E.Either<CommandError, ChangeResult>> => {
  const { tasks } = call.context.engine;
  const options = changeOptions(call, command);
  switch (command.command) {
    case 'set':
      return tasks.setAccountData(command.userId, command.roomId ?? null, command.type, command.content, {
        ...options,
        ...conditionOf(command),
      })();
    case 'delete':
      return tasks.deleteAccountData(command.userId, command.roomId ?? null, command.type, {
        ...options,
        ...conditionOf(command),
      })();
    case 'batch':
      return tasks.batch(command.userId, command.changes.map(itemOf), options)();
    case 'set_tag':
      return tasks.setTag(command.userId, command.roomId, command.tag, command.content, options)();
    case 'remove_tag':
      return tasks.removeTag(command.userId, command.roomId, command.tag, options)();
  }
};

const conditionOf = ({ ifRevision }: { readonly ifRevision?: RevisionCondition }) =>
  ifRevision === undefined ? {} : { ifRevision };

const itemOf = (change: BatchChange): BatchItem =>
  change.change === 'set'
    ? { _tag: 'SetAccountData', roomId: change.roomId ?? null, type: change.type, content: change.content, ...conditionOf(change) }
    : { _tag: 'DeleteAccountData', roomId: change.roomId ?? null, type: change.type, ...conditionOf(change) };

/** Commands of any users, each answered in its place. @category endpoints */
export const commandsEndpoint: Endpoint = endpoint({
  ...performCommands,
  summary: 'Performs commands and answers each of them in its place',
  description:
    'Commands of one user happen in the order given; each is atomic by itself. `batch` changes several keys of one user in one append. ' +
    'With a `request_key`, a retry of the command answers the same and appends nothing.',
  need: 'write',
  answers: [{ status: 200, description: 'For each command its status, and the change or the problem' }],
  bodyExample: {
    commands: [
      { command: 'set', user_id: '@alice:example.org', type: 'org.example.theme', content: { dark: true }, request_key: 'theme-1' },
      { command: 'set_tag', user_id: '@alice:example.org', room_id: '!work:example.org', tag: 'm.favourite', content: { order: 0.5 } },
    ],
  },
  handle: async (call) => {
    const { commands } = call.body;
    const results = await Promise.all(commands.map((command) => perform(call, command)));
    return E.right({
      status: 200,
      headers: changeHeaders(call.context.engine, results.flatMap((result) => (E.isRight(result) ? [result.right] : []))),
      body: {
        results: results.map((result) =>
          E.isRight(result)
            ? { status: 200, change: result.right }
            : {
                status: problemTable[result.left.code].status,
                problem: problemDetails(result.left, call.exchange.request.id),
              },
        ),
      },
    });
  },
  userOf: ({ body }) => onlyUser(body.commands),
});

/** Whom all commands are about, if it is one user: then a token for that user alone may send them. */
const onlyUser = (commands: ReadonlyArray<Command>): string | undefined => {
  const [first] = commands;
  return first !== undefined && commands.every(({ userId }) => userId === first.userId) ? first.userId : undefined;
};
