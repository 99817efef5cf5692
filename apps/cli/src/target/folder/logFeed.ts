import { PositionCodec, timeText } from '@account-data/domain';
import type { AccountDataLog, FeedEvent } from '@account-data/engine';
import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { refusal, usageError } from '../../Refusal.js';
import type { FeedLine, Target } from '../Target.js';

const placeOf = (after: string): ReadFrom | 'now' | undefined => {
  if (after === 'start' || after === 'now') return after;
  return PositionCodec.is(after) ? after : undefined;
};

const dataOf = (event: FeedEvent): FeedLine['data'] => ({
  user_id: event.userId,
  revision: String(event.revision),
  position: String(event.position),
  event_id: event.eventId,
  time: timeText(event.time),
  actor: event.actor,
  correlation_id: event.correlationId,
  origin: event.origin,
  ...(event.reason === undefined ? {} : { reason: event.reason }),
  ...(event.causationId === undefined ? {} : { causation_id: event.causationId }),
  ...aboutOf(event),
});

const aboutOf = (event: FeedEvent): Readonly<Record<string, unknown>> => {
  switch (event._tag) {
    case 'AccountDataUpdated':
      return { room_id: event.roomId, type: event.type, content: event.content };
    case 'RoomTagSet':
      return { room_id: event.roomId, tag: event.tag, content: event.content };
    case 'RoomTagRemoved':
      return { room_id: event.roomId, tag: event.tag };
    case 'UserErased':
      return {};
  }
};

const names = {
  AccountDataUpdated: 'account_data_updated',
  RoomTagSet: 'room_tag_set',
  RoomTagRemoved: 'room_tag_removed',
  UserErased: 'user_erased',
} as const satisfies Record<FeedEvent['_tag'], string>;

/** The feed of the log itself; its ids are positions. */
export const logFeed =
  (log: AccountDataLog): Target['feed'] =>
  ({ after, userId, roomId, type, tags, toEnd, stop, onLine }) =>
  async () => {
    const place = placeOf(after);
    if (place === undefined) return E.left(usageError('--after is "start", "now" or the id of a line that feed printed for this folder.'));
    const filter = {
      tags,
      ...(userId === undefined ? {} : { userId }),
      ...(roomId === undefined ? {} : { roomId }),
      ...(type === undefined ? {} : { type }),
    };
    try {
      for await (const item of log.feed({ after: place, filter, signal: stop, toEnd })) {
        // Without a projection there is nothing that knows epochs: none is told to be lost.
        if (item._tag === 'Progress' || item._tag === 'PositionLost') continue;
        await onLine({ id: String(item.position), event: names[item._tag], data: dataOf(item) });
      }
      return E.right(undefined);
    } catch (error) {
      return E.left(refusal('feed_failed', `The log can be read no longer: ${error instanceof Error ? error.message : 'the store failed'}.`, 'Try again.'));
    }
  };
