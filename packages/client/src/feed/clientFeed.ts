import { type FeedPart as PartOf, feedPartOf } from '@account-data/domain';
import { getFeed } from '@account-data/service-api';
import { unexpectedAnswer } from '../ClientError.js';
import type { Transport } from '../http/Transport.js';
import { defined } from '../reads.js';
import type { FeedEvent, FeedFilter } from './FeedEvent.js';
import { readFeed } from './readFeed.js';
import { readFeedId } from './readFrame.js';

/** A part of a feed for a consumer: an item, or only how far the feed is. @category model */
export type FeedPart = PartOf<FeedEvent>;

/** What `consume` of the package `consumer` reads from. @category model */
export interface ClientFeedSource {
  readonly logId: () => Promise<string>;
  readonly head: () => Promise<string | null>;
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

  /** A feed of what comes from now on begins with where it begins. */
  const head = async (): Promise<string | null> => {
    const stop = new AbortController();
    try {
      for await (const { position } of readFeed(transport, { ...filter, after: 'now', signal: stop.signal })) return position;
      return null;
    } finally {
      stop.abort();
    }
  };

  async function* read(after: string | null, signal: AbortSignal, known?: string): AsyncGenerator<FeedPart, void, void> {
    const place = after === null ? 'start' : `${after}_${await logId()}${known === undefined ? '' : `_${known}`}`;
    for await (const item of readFeed(transport, { ...filter, after: place, signal })) {
      yield feedPartOf<FeedEvent>(item, readFeedId(item.id)?.epoch);
    }
  }

  return { logId, head, read };
};
