import * as E from 'fp-ts/lib/Either.js';
import { type Decision, type DecisionContext, decideRequestKey } from '../Decision.js';
import {
  type RequestKeyReused,
  type TooManyKeys,
  type TooMuchData,
  type UserErasedError,
  tooManyKeys,
  tooMuchData,
  userErased,
} from '../Errors.js';
import { jsonEquals } from '../json/jsonEquals.js';
import { growsBeyondByteLimit, isNearByteLimit } from '../keyed/contentBytes.js';
import { liveEntry } from '../keyed/KeyedView.js';
import type { RoomTagCommand } from './Commands.js';
import type { RoomTagEvent } from './Events.js';
import type { TagsView } from './State.js';

/** Why a well-formed command is refused by the state of its user's tags. @category errors */
export type RoomTagRefusal = TooManyKeys | TooMuchData | RequestKeyReused | UserErasedError;

/**
 * Decides a command on what the user's tag stream comes to. Every accepted set or removal is one event, also of what is
 * there already or absent. Request keys count per stream: those of account data are not known here.
 *
 * @category deciders
 */
export const decideRoomTag =
  (command: RoomTagCommand, context: DecisionContext) =>
  (view: TagsView): E.Either<RoomTagRefusal, Decision<RoomTagEvent>> => {
    if (view.erased) return E.left(userErased(command.userId));
    if (context.request !== undefined) {
      const known = decideRequestKey(context.request, context.limits, view);
      if (known !== undefined) return known;
    }
    const { userId, roomId, tag } = command;
    switch (command._tag) {
      case 'SetRoomTag': {
        const { content } = command;
        const { maxKeysPerUser } = context.limits;
        const mayExceed =
          (view.keyCountBound ?? view.keyCount) >= maxKeysPerUser && view.keyCount >= maxKeysPerUser;
        const mayExceedBytes = isNearByteLimit(view, context.limits);
        if (mayExceed || mayExceedBytes || context.suppressUnchanged) {
          const current = liveEntry(view, roomId, tag);
          if (mayExceed && current === undefined) return E.left(tooManyKeys(maxKeysPerUser));
          if (mayExceedBytes && growsBeyondByteLimit(view, current, content, context.limits)) {
            return E.left(tooMuchData(context.limits.maxBytesPerUser));
          }
          if (context.suppressUnchanged && current !== undefined && jsonEquals(current.content, content)) {
            return unchanged;
          }
        }
        return E.right({ _tag: 'Accepted', events: [{ type: 'RoomTagSet', data: { userId, roomId, tag, content } }] });
      }
      case 'RemoveRoomTag':
        if (context.suppressUnchanged && liveEntry(view, roomId, tag) === undefined) return unchanged;
        return E.right({ _tag: 'Accepted', events: [{ type: 'RoomTagRemoved', data: { userId, roomId, tag } }] });
    }
  };

const unchanged: E.Either<never, Decision<never>> = E.right({ _tag: 'Accepted', events: [] });
