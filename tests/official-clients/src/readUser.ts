import type { JSONEventType, KurrentDBClient } from '@kurrent/kurrentdb-client';

type AccountDataUpdated = JSONEventType<
  'AccountDataUpdated',
  { readonly userId: string; readonly roomId: string | null; readonly type: string; readonly content: Record<string, unknown> }
>;

/** A user's global account data as it is now, from the user's own stream; content `{}` is a deletion. */
export const readUser = async (client: KurrentDBClient, userId: string): Promise<ReadonlyMap<string, unknown>> => {
  const current = new Map<string, unknown>();
  for await (const { event } of client.readStream<AccountDataUpdated>(`account_data-${userId}`)) {
    if (event?.data.roomId !== null) continue;
    const { type, content } = event.data;
    if (Object.keys(content).length === 0) current.delete(type);
    else current.set(type, content);
  }
  return current;
};
