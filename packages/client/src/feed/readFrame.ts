import { Position } from '@account-data/domain';
import { feedEvents } from '@account-data/service-api';
import type { FeedEventName } from '@account-data/service-api';
import type { EventSourceMessage } from 'eventsource-parser';
import * as t from 'io-ts';
import { unexpectedAnswer } from '../ClientError.js';
import { decodeJson } from '../http/decodeJson.js';
import type { FeedItem } from './FeedEvent.js';

/** A feed id, `<position>_<log id>_<epoch>`; older ones have no epoch. @category destructors */
export const readFeedId = (
  id: string,
): { readonly position: Position; readonly logId: string; readonly epoch: string | undefined } | undefined => {
  const [, position, logId, epoch] = /^(0|[1-9]\d{0,19})_([^_]+)(?:_(.+))?$/.exec(id) ?? [];
  return position === undefined || logId === undefined ? undefined : { position: Position(position), logId, epoch };
};

const isKnown = (name: string): name is FeedEventName => Object.hasOwn(feedEvents, name);

/**
 * A server-sent event of the feed. One of a kind that is not known here (the server is newer) counts as progress.
 *
 * @throws ClientError `unexpected_answer`: what can't be read is never passed over
 */
export const readFrame = ({ event, id, data }: EventSourceMessage): FeedItem => {
  const place = id === undefined ? undefined : readFeedId(id);
  if (id === undefined || place === undefined) throw unexpectedAnswer('An event of the feed has no id of it.', 200);
  if (event === undefined || !isKnown(event)) {
    // What a proxy mixed up must not pass for progress: an event would be lost.
    decodeJson(t.UnknownRecord, data, 200);
    return { _tag: 'Progress', id, position: place.position };
  }
  switch (event) {
    case 'account_data_updated':
      return { _tag: 'AccountDataUpdated', id, ...decodeJson(feedEvents.account_data_updated, data, 200) };
    case 'room_tag_set':
      return { _tag: 'RoomTagSet', id, ...decodeJson(feedEvents.room_tag_set, data, 200) };
    case 'room_tag_removed':
      return { _tag: 'RoomTagRemoved', id, content: null, ...decodeJson(feedEvents.room_tag_removed, data, 200) };
    case 'user_erased':
      return { _tag: 'UserErased', id, ...decodeJson(feedEvents.user_erased, data, 200) };
    case 'position_lost':
      return { _tag: 'PositionLost', id, position: place.position, lost: decodeJson(feedEvents.position_lost, data, 200).lost };
  }
};
