import {
  type AccountDataCommand,
  type AccountDataUpdated,
  type DecisionContext,
  type InvalidInput,
  type Limits,
  type RoomTagCommand,
  type RoomTagEvent,
  type StreamNames,
  type TagsView,
  type UserId,
  type UserView,
  checkParsedJson,
  copyJsonObject,
  decideAccountData,
  decideAccountDataBatch,
  decideRoomTag,
  liveEntry,
  parseAccountDataType,
  parseDeleteAccountData,
  parseRemoveRoomTag,
  parseRoomIdOrNull,
  parseSetAccountData,
  parseSetRoomTag,
  parseUserId,
  refuseFollowed,
  requireLocalUser,
} from '@account-data/domain';
import { type StreamName } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { BatchItem, ChangeResult, ChangeOptions, CommandTasks } from '../AccountDataEngine.js';
import type { CommandError } from '../errors.js';
import type { ChangeQueue } from './ChangeQueue.js';
import type { HomeserverQueue } from './HomeserverQueue.js';
import { payloadOf } from './fingerprint.js';
import { type ChangeOrigin, type ChangeRequest, fromApi, readRequest } from './ChangeRequest.js';

/** What puts the changes of users of the followed homeserver into effect. */
export interface HomeserverQueues {
  readonly accountData: HomeserverQueue<UserView, AccountDataUpdated>;
  readonly tags: HomeserverQueue<TagsView, RoomTagEvent>;
}

/** What commands are carried out with. */
export interface CommandContext {
  readonly names: StreamNames;
  readonly limits: Limits;
  readonly serverName: string | undefined;
  readonly followedServer: string | undefined;
  readonly suppressUnchanged: boolean;
  readonly accountData: ChangeQueue<UserView, AccountDataUpdated>;
  readonly tags: ChangeQueue<TagsView, RoomTagEvent>;
  /** Asks the followed homeserver. Undefined: of its users nothing is changed. */
  readonly homeserver: HomeserverQueues | undefined;
  /** Why a command can't be taken at all: a closed engine, an await that would never end. */
  readonly refusal: (options: ChangeOptions) => CommandError | undefined;
}

/** The commands, with what led to them told apart: `fromApi` for callers, other origins for the engine's own parts. */
export const commandTasks = (context: CommandContext, origin: ChangeOrigin = fromApi): CommandTasks => {
  const { limits, names } = context;

  const change = (
    command: AccountDataCommand,
    options: ChangeOptions | undefined,
  ): Promise<E.Either<CommandError, ChangeResult>> => {
    const request = prepare(context, command.userId, () => payloadOf(command), options, origin);
    if (E.isLeft(request)) return Promise.resolve(request);
    return queuesOf(context, command.userId).accountData.submit({
      userId: command.userId,
      stream: names.accountData(command.userId) as StreamName,
      request: request.right,
      decide: decideAccountData(command, decisionContext(context, request.right)),
    });
  };

  const tag = (command: RoomTagCommand, options: ChangeOptions | undefined): Promise<E.Either<CommandError, ChangeResult>> => {
    const request = prepare(context, command.userId, () => payloadOf(command), options, origin);
    if (E.isLeft(request)) return Promise.resolve(request);
    return queuesOf(context, command.userId).tags.submit({
      userId: command.userId,
      stream: names.tags(command.userId) as StreamName,
      request: request.right,
      decide: decideRoomTag(command, decisionContext(context, request.right)),
    });
  };

  return {
    setAccountData: (userId, roomId, type, content, options) => () => {
      const command = parseSetAccountData(
        { userId, roomId, type, content, ifRevision: options?.ifRevision },
        limits,
        readerOf(options),
      );
      return E.isLeft(command) ? Promise.resolve(command) : change(command.right, options);
    },

    deleteAccountData: (userId, roomId, type, options) => () => {
      const command = parseDeleteAccountData({ userId, roomId, type, ifRevision: options?.ifRevision }, limits);
      return E.isLeft(command) ? Promise.resolve(command) : change(command.right, options);
    },

    updateAccountData: (userId, roomId, type, update, options) => () => {
      const key = parseKey(userId, roomId, type, limits);
      if (E.isLeft(key)) return Promise.resolve(key);
      const user = key.right.userId;
      // The payload of an update is a function: a retry with the same key counts as the same request.
      const request = prepare(context, user, () => ({ update: [roomId, type] }), options, origin);
      if (E.isLeft(request)) return Promise.resolve(request);
      const decisions = decisionContext(context, request.right);
      return queuesOf(context, user).accountData.submit({
        userId: user,
        stream: names.accountData(user) as StreamName,
        request: request.right,
        decide: (view) => {
          const current = liveEntry(view, key.right.roomId, key.right.type);
          const content = update(current?.content ?? null);
          const command = parseSetAccountData({ userId, roomId, type, content }, limits);
          return E.isLeft(command) ? command : decideAccountData(command.right, decisions)(view);
        },
      });
    },

    batch: (userId, items, options) => () => {
      const user = parseUserId(userId);
      if (E.isLeft(user)) return Promise.resolve(user);
      const commands: Array<AccountDataCommand> = [];
      for (let index = 0; index < items.length; index += 1) {
        const command = parseItem(userId, items[index] as BatchItem, limits, options);
        if (E.isLeft(command)) return Promise.resolve(E.left(refusedItem(index, command.left)));
        commands.push(command.right);
      }
      if (commands.length === 0) return Promise.resolve(E.left(emptyBatch));
      const request = prepare(context, user.right, () => commands.map(payloadOf), options, origin);
      if (E.isLeft(request)) return Promise.resolve(request);
      const decide = decideAccountDataBatch(commands, decisionContext(context, request.right));
      return queuesOf(context, user.right).accountData.submit({
        userId: user.right,
        stream: names.accountData(user.right) as StreamName,
        request: request.right,
        decide: (view) =>
          E.mapLeft(({ index, error }: { readonly index: number; readonly error: CommandItemError }) =>
            refusedItem(index, error),
          )(decide(view)),
      });
    },

    setTag: (userId, roomId, tagName, content, options) => () => {
      const command = parseSetRoomTag({ userId, roomId, tag: tagName, content }, limits, readerOf(options));
      return E.isLeft(command) ? Promise.resolve(command) : tag(command.right, options);
    },

    removeTag: (userId, roomId, tagName, options) => () => {
      const command = parseRemoveRoomTag({ userId, roomId, tag: tagName }, limits);
      return E.isLeft(command) ? Promise.resolve(command) : tag(command.right, options);
    },
  };
};

type CommandItemError = Extract<CommandError, { readonly _tag: 'BatchItemRefused' }>['error'];

const refusedItem = (index: number, error: CommandItemError): CommandError => ({
  _tag: 'BatchItemRefused',
  code: 'batch_item_refused',
  index,
  error,
});

const emptyBatch: InvalidInput = {
  _tag: 'InvalidInput',
  code: 'invalid_batch',
  path: '/items',
  message: 'A batch has at least one item.',
};

const readerOf = (options: ChangeOptions | undefined): typeof copyJsonObject =>
  options?.contentIsParsedJson === true ? checkParsedJson : copyJsonObject;

const parseItem = (
  userId: string,
  item: BatchItem,
  limits: Limits,
  options: ChangeOptions | undefined,
): ReturnType<typeof parseSetAccountData> | ReturnType<typeof parseDeleteAccountData> =>
  item._tag === 'SetAccountData'
    ? parseSetAccountData({ ...item, userId }, limits, readerOf(options))
    : parseDeleteAccountData({ ...item, userId }, limits);

const parseKey = (userId: string, roomId: string | null, type: string, limits: Limits) => {
  const user = parseUserId(userId);
  if (E.isLeft(user)) return user;
  const room = parseRoomIdOrNull(roomId);
  if (E.isLeft(room)) return room;
  const name = parseAccountDataType(type, limits);
  if (E.isLeft(name)) return name;
  return E.right({ userId: user.right, roomId: room.right, type: name.right });
};

const prepare = (
  context: CommandContext,
  userId: UserId,
  payload: () => unknown,
  options: ChangeOptions | undefined,
  origin: ChangeOrigin,
): E.Either<CommandError, ChangeRequest> => {
  const local = requireLocalUser(userId, context.serverName);
  if (E.isLeft(local)) return local;
  const own = context.homeserver === undefined ? refuseFollowed(userId, context.followedServer) : local;
  if (E.isLeft(own)) return own;
  const refusal = options === undefined ? context.refusal(none) : context.refusal(options);
  if (refusal !== undefined) return E.left(refusal);
  return readRequest(userId, payload, options, origin);
};

/** Where changes of a user are made: here, or at the homeserver that is followed. */
const queuesOf = (context: CommandContext, userId: UserId): Pick<CommandContext, 'accountData' | 'tags'> | HomeserverQueues =>
  context.homeserver !== undefined && E.isLeft(refuseFollowed(userId, context.followedServer)) ? context.homeserver : context;

const none: ChangeOptions = {};

const decisionContext = (context: CommandContext, request: ChangeRequest): DecisionContext =>
  request.key === undefined
    ? { limits: context.limits, suppressUnchanged: context.suppressUnchanged }
    : { limits: context.limits, suppressUnchanged: context.suppressUnchanged, request: request.key };

