import { getFeed } from '@account-data/service-api';
import { unexpectedAnswer } from '../ClientError.js';
import type { Transport } from '../http/Transport.js';
import { defined } from '../reads.js';
import type { FeedEvent, FeedFilter } from './FeedEvent.js';
import { readFeed } from './readFeed.js';
import { readFeedId } from './readFrame.js';

/** A part of a feed for a consumer: an item, or only how far the feed is. @category model */
export interface FeedPart {
  /** A decimal string. Everything up to here (inclusive) has been given with this part. */
  readonly position: string;
  readonly item?: FeedEvent;
  readonly epoch?: string;
  /** The position to go on after was this one, and is of a history that the log lost. */
  readonly lost?: string;
}

/** What `consume` of the package `consumer` reads from. @category model */
export interface ClientFeedSource {
  readonly logId: () => Promise<string>;
  readonly read: (after: string | null, signal: AbortSignal, epoch?: string) => AsyncIterable<FeedPart>;
}

/** Makes what a consumer (package `consumer`) reads from. @category constructors */
export const feedSourceOf = (transport: Transport, filter: FeedFilter): ClientFeedSource => {
  /** Asks the feed itself: its position names the log, and whoever may read the feed may ask. */
  const logId = (): Promise<string> =>
    transport.repeat(async () => {
      const query = defined({ user_id: filter.userId, room_id: filter.roomId, type: filter.type, tags: filter.tags });
      const answer = await transport.open({ ...transport.wire(getFeed, {}, query), headers: { Accept: 'text/event-stream' } });
      answer.close();
      const [, id] = /^(?:start|\d+)_([^_]+)/.exec(answer.response.headers.get('account-data-position') ?? '') ?? [];
      if (id === undefined) throw unexpectedAnswer('The answer does not say which log it is of.', answer.response.status);
      return id;
    }, undefined);

  async function* read(after: string | null, signal: AbortSignal, known?: string): AsyncGenerator<FeedPart, void, void> {
    const place = after === null ? 'start' : `${after}_${await logId()}${known === undefined ? '' : `_${known}`}`;
    for await (const item of readFeed(transport, { ...filter, after: place, signal })) {
      const position = item.position;
      const tag = readFeedId(item.id)?.epoch;
      const epoch = tag === undefined ? {} : { epoch: tag };
      switch (item._tag) {
        case 'Progress':
          yield { position, ...epoch };
          break;
        case 'PositionLost':
          yield { position, ...epoch, lost: item.lost };
          break;
        case 'AccountDataUpdated':
        case 'RoomTagSet':
        case 'RoomTagRemoved':
        case 'UserErased':
          yield { position, ...epoch, item };
      }
    }
  }

  return { logId, read };
};
