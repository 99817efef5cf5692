import type { JsonObject, UserId } from '@account-data/domain';
import { type EventStore, plus, Revision, StreamName } from '@account-data/event-store';
import type { PreviousContent } from '@account-data/modules';
import type { Projection } from '@account-data/projection';
import * as E from 'fp-ts/lib/Either.js';
import { HistoryFailed } from '../exceptions.js';
import { decodeRecorded } from '../views/foldStream.js';

/** How long a module waits for the projection before the user's stream is read instead, in milliseconds. */
const patience = 1_000;

const pageSize = 500;

type Asked = Parameters<PreviousContent>[0];

/**
 * What a key held before a change: found through the projection's index or, where the projection lags or stands still,
 * by reading the user's stream backwards.
 */
export const previousContent =
  (projection: Projection, store: EventStore, streamOf: (userId: UserId) => string): PreviousContent =>
  async (asked) => {
    const { userId, revision } = asked;
    const stream = streamOf(userId);
    const { failed, ready } = projection.health();
    const timeout = failed === undefined && ready ? patience : 0;
    if (!(await projection.waitForRevision(stream, revision, timeout))) return fromStream(store, StreamName(stream), asked);
    const change = await projection.change(userId, revision)();
    if (E.isLeft(change)) {
      if (change.left.code === 'projection_damaged') return fromStream(store, StreamName(stream), asked);
      throw new HistoryFailed(change.left);
    }
    return change.right?.previousContent ?? null;
  };

const fromStream = async (store: EventStore, stream: StreamName, { roomId, type, revision }: Asked): Promise<JsonObject | null> => {
  for (let before = revision; before !== Revision(0); ) {
    const slice = await store.read(stream, { direction: 'backwards', from: plus(before, -1), limit: pageSize })();
    if (E.isLeft(slice)) throw new HistoryFailed(slice.left);
    if (slice.right._tag !== 'Events') return null;
    const { events, isEnd } = slice.right;
    const decoded = decodeRecorded(events);
    if (E.isLeft(decoded)) throw new HistoryFailed(decoded.left);
    for (const { event } of decoded.right) {
      if (event.type === 'AccountDataUpdated' && event.data.roomId === roomId && event.data.type === type) return event.data.content;
    }
    const last = events.at(-1);
    if (isEnd || last === undefined) return null;
    before = last.revision;
  }
  return null;
};
