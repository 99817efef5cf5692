import { type KurrentDBClient, type Position, streamNameFilter } from '@kurrent/kurrentdb-client';

/** What a consumer does with what it hears. The same event may come again: its ID is the key. */
export interface Consumer {
  readonly changed: (change: { readonly eventId: string; readonly data: unknown; readonly created: Date }) => Promise<void>;
  readonly erased: (userId: string) => Promise<void>;
  /** Everything up to here was handled: where to begin next time. */
  readonly passed: (position: Position) => Promise<void>;
}

/** Every change and every erasure, in the order of the log, after a position; `start` for all. It ends with `signal`. */
export const followChanges = async (client: KurrentDBClient, consumer: Consumer, after: Position | 'start', signal: AbortSignal): Promise<void> => {
  const subscription = client.subscribeToAll({
    fromPosition: after,
    // The second name is that of one stream: an erased user's own stream only says that it is gone, as a `$streamDeleted`
    // without data.
    filter: streamNameFilter({ prefixes: ['account_data-', 'account_data_erasures'] }),
  });
  signal.addEventListener('abort', () => void subscription.unsubscribe());
  for await (const { event } of subscription) {
    if (event === undefined) continue;
    const { id: eventId, type, data, created, position } = event;
    if (type === 'AccountDataUpdated') await consumer.changed({ eventId, data, created });
    else if (type === 'UserErased') await consumer.erased((data as { readonly userId: string }).userId);
    await consumer.passed(position);
  }
};
