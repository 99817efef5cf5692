import { type EventStoreDBClient, persistentSubscriptionToStreamSettingsFromDefaults } from '@eventstore/db-client';

/** The same on the client of EventStoreDB. */
export const consumeGroupLegacy = async (
  client: EventStoreDBClient,
  stream: string,
  group: string,
  onChange: (eventId: string, data: unknown) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  await client.createPersistentSubscriptionToStream(stream, group, persistentSubscriptionToStreamSettingsFromDefaults({ resolveLinkTos: true, startFrom: 'start' }));
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group);
  signal.addEventListener('abort', () => void subscription.unsubscribe());
  for await (const resolved of subscription) {
    if (resolved.event?.type === 'AccountDataUpdated') await onChange(resolved.event.id, resolved.event.data);
    await subscription.ack(resolved);
  }
};
