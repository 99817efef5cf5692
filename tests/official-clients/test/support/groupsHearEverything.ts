import { systemRuntime } from '@account-data/runtime';
import { realServer, testPrefix } from '@account-data/tests-eventstoredb-server';
import { expect } from 'vitest';
import { writeChanges } from './writeChanges.js';

/** A client of either kind, as far as groups go. */
interface GroupClient {
  readonly deletePersistentSubscriptionToStream: (stream: string, group: string) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

type ConsumeGroup<Client> = (
  client: Client,
  stream: string,
  group: string,
  onChange: (eventId: string, data: unknown) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

/** Groups on the streams of system projections hear of every change, by category and by type. */
export const groupsHearEverything = async <Client extends GroupClient>(
  connect: (connectionString: string) => Client,
  consumeGroup: ConsumeGroup<Client>,
): Promise<void> => {
  const { connectionString, prefix: run } = realServer();
  const prefix = testPrefix(run);
  const client = connect(connectionString);
  const streams = [`$ce-${prefix}account_data`, '$et-AccountDataUpdated'];
  const group = systemRuntime.random.uuid();
  const abort = new AbortController();
  const consumed: Array<Promise<void>> = [];
  try {
    await writeChanges({ connectionString, prefix }, ['@alice:example.org', 'org.example.theme'], ['@alice:example.org', 'org.example.font']);
    const heard = streams.map((): Array<unknown> => []);
    for (const [index, stream] of streams.entries()) {
      const onChange = (_id: string, data: unknown): Promise<void> => {
        heard[index]?.push(data);
        return Promise.resolve();
      };
      consumed.push(consumeGroup(client, stream, group, onChange, abort.signal));
    }
    const change = (type: string): unknown => expect.objectContaining({ userId: '@alice:example.org', type }) as unknown;
    const expected = [change('org.example.theme'), change('org.example.font')];
    await expect.poll(() => heard[0], { timeout: 60_000 }).toEqual(expected);
    await expect.poll(() => heard[1], { timeout: 60_000 }).toEqual(expect.arrayContaining(expected));
  } finally {
    abort.abort();
    await Promise.allSettled(consumed);
    for (const stream of streams) await client.deletePersistentSubscriptionToStream(stream, group).catch(() => undefined);
    await client.dispose();
  }
};
