import type { StreamNames, UserId } from '@account-data/domain';
import type { EventStore } from '@account-data/event-store';
import { type RemainingEvent, type RoomEventSink, type RoomRedaction, remainingOnHomeserver } from '@account-data/rooms';
import * as E from 'fp-ts/lib/Either.js';
import { StoreError } from '../exceptions.js';
import type { ErasureStep } from './ErasureReceipt.js';

/**
 * Redacts what modules sent about the user through the sink, whichever module it was and whether it is still configured.
 * Without a sink of its own the log keeps messages itself, and this names what went to a homeserver before.
 */
export const redactionsStep = (store: EventStore, names: StreamNames, sink: RoomEventSink | undefined): ErasureStep => ({
  step: 'redactions',
  run: async (userId, signal, tell) => {
    const { redacted, remaining } = sink === undefined ? await untouched(store, names, userId) : await sink.redact(userId, signal, tell);
    return {
      removed: redacted.map(({ roomId, events }) => `${String(events)} messages about the user, redacted in ${roomId}`),
      remains: describe(remaining),
    };
  },
});

const untouched = async (store: EventStore, names: StreamNames, userId: UserId): Promise<RoomRedaction> => {
  const remaining = await remainingOnHomeserver(store, names, userId)();
  if (E.isLeft(remaining)) throw new StoreError(remaining.left);
  return { redacted: [], remaining: remaining.right };
};

/** One line for each room and reason, with the ids of all its events. */
const describe = (remaining: ReadonlyArray<RemainingEvent>): ReadonlyArray<string> => {
  const lines = new Map<string, Array<string>>();
  for (const { roomId, eventId, why } of remaining) {
    const line = `in ${roomId} (${why})`;
    const ids = lines.get(line);
    const id = eventId ?? 'one of unknown id';
    if (ids === undefined) lines.set(line, [id]);
    else ids.push(id);
  }
  return [...lines].map(([line, ids]) => `${String(ids.length)} messages about the user ${line}: ${ids.join(', ')}`);
};
