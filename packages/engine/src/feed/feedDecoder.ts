import { decodeStored } from '@account-data/domain';
import * as E from 'fp-ts/lib/Either.js';
import type { FeedDecoder, FeedEvent } from './FeedEvent.js';

/** News of an event of the log; undefined for what is none: foreign, unreadable, or the log's own. */
export const feedDecoder: FeedDecoder = (stored) => {
  const decoded = decodeStored(stored);
  if (E.isLeft(decoded)) return undefined;
  const { event, metadata } = decoded.right;
  if (event.type === 'LogCreated' || event.type === 'LogEpochBegan') return undefined;
  const base = {
    userId: event.data.userId,
    position: stored.position,
    revision: stored.revision,
    eventId: stored.id,
    time: stored.created,
    actor: metadata.actor,
    correlationId: metadata.$correlationId,
    origin: metadata.origin,
    ...(metadata.reason === undefined ? {} : { reason: metadata.reason }),
    ...(metadata.$causationId === undefined ? {} : { causationId: metadata.$causationId }),
  };
  switch (event.type) {
    case 'AccountDataUpdated': {
      const { roomId, type, content } = event.data;
      return { _tag: 'AccountDataUpdated', ...base, roomId, type, content } satisfies FeedEvent;
    }
    case 'RoomTagSet': {
      const { roomId, tag, content } = event.data;
      return { _tag: 'RoomTagSet', ...base, roomId, tag, content } satisfies FeedEvent;
    }
    case 'RoomTagRemoved': {
      const { roomId, tag } = event.data;
      return { _tag: 'RoomTagRemoved', ...base, roomId, tag, content: null } satisfies FeedEvent;
    }
    case 'UserErased':
      return { _tag: 'UserErased', ...base } satisfies FeedEvent;
  }
};
