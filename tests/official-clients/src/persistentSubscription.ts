import { type KurrentDBClient, persistentSubscriptionToStreamSettingsFromDefaults } from '@kurrent/kurrentdb-client';

/**
 * A competing consumer of a system projection's stream: `$et-AccountDataUpdated` has a link to each change, and
 * `$ce-account_data` to all that account data streams hold. Links come resolved where the group says so.
 */
export const consumeGroup = async (
  client: KurrentDBClient,
  stream: string,
  group: string,
  onChange: (eventId: string, data: unknown) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  await client.createPersistentSubscriptionToStream(stream, group, persistentSubscriptionToStreamSettingsFromDefaults({ resolveLinkTos: true, startFrom: 'start' }));
  const subscription = client.subscribeToPersistentSubscriptionToStream(stream, group);
  signal.addEventListener('abort', () => void subscription.unsubscribe());
  for await (const resolved of subscription) {
    // The link of an erased user leads nowhere: it has no event, and its data names only where the event stood.
    if (resolved.event?.type === 'AccountDataUpdated') await onChange(resolved.event.id, resolved.event.data);
    await subscription.ack(resolved);
  }
};
