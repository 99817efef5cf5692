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
    case 'account_data_updated': {
      const json = decodeJson(feedEvents.account_data_updated, data, 200);
      return { _tag: 'AccountDataUpdated', ...baseOf(id, json), roomId: json.room_id, type: json.type, content: json.content };
    }
    case 'room_tag_set': {
      const json = decodeJson(feedEvents.room_tag_set, data, 200);
      return { _tag: 'RoomTagSet', ...baseOf(id, json), roomId: json.room_id, tag: json.tag, content: json.content };
    }
    case 'room_tag_removed': {
      const json = decodeJson(feedEvents.room_tag_removed, data, 200);
      return { _tag: 'RoomTagRemoved', ...baseOf(id, json), roomId: json.room_id, tag: json.tag };
    }
    case 'position_lost':
      return { _tag: 'PositionLost', id, position: place.position, lost: decodeJson(feedEvents.position_lost, data, 200).lost };
    case 'user_erased':
      return { _tag: 'UserErased', ...baseOf(id, decodeJson(feedEvents.user_erased, data, 200)) };
  }
};

const baseOf = (id: string, json: t.TypeOf<(typeof feedEvents)['user_erased']>) => ({
  id,
  userId: json.user_id,
  position: json.position,
  revision: json.revision,
  eventId: json.event_id,
  time: json.time,
  actor: json.actor,
  correlationId: json.correlation_id,
  origin: json.origin,
  ...(json.reason === undefined ? {} : { reason: json.reason }),
  ...(json.causation_id === undefined ? {} : { causationId: json.causation_id }),
});
