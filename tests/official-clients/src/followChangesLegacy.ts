import { type EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';

/** The same on the client of EventStoreDB: each change and each erasure, from the start of the log. */
export const followChangesLegacy = async (
  client: EventStoreDBClient,
  onEvent: (type: string, data: unknown) => void,
  signal: AbortSignal,
): Promise<void> => {
  const subscription = client.subscribeToAll({ filter: streamNameFilter({ prefixes: ['account_data-', 'account_data_erasures'] }) });
  signal.addEventListener('abort', () => void subscription.unsubscribe());
  for await (const { event } of subscription) {
    if (event !== undefined && !event.type.startsWith('$')) onEvent(event.type, event.data);
  }
};
