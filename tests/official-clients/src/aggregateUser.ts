import type { Event } from '@event-driven-io/emmett';
import { getEventStoreDBEventStore } from '@event-driven-io/emmett-esdb';
import type { EventStoreDBClient } from '@eventstore/db-client';

type AccountDataUpdated = Event<'AccountDataUpdated', { roomId: string | null; type: string; content: Record<string, unknown> }>;

/** How many types of global account data a user has set, folded by emmett. */
export const countTypes = async (client: EventStoreDBClient, userId: string): Promise<number> => {
  const { state } = await getEventStoreDBEventStore(client).aggregateStream<ReadonlySet<string>, AccountDataUpdated>(`account_data-${userId}`, {
    initialState: () => new Set(),
    evolve: (types: ReadonlySet<string>, { data }: AccountDataUpdated) => (data.roomId === null ? new Set([...types, data.type]) : types),
  });
  return state.size;
};
