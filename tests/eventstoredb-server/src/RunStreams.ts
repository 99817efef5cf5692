import { EventStoreDBClient, StreamDeletedError, StreamNotFoundError, UnknownError } from '@eventstore/db-client';
import { realServer } from './realServer.js';

/** The streams of this run, and those whose metadata alone was set: all that was written since it began. */
const streamsSince = async (client: EventStoreDBClient, prefix: string, after: Place): Promise<ReadonlySet<string>> => {
  const names = new Set<string>();
  for await (const { event } of client.readAll({ fromPosition: after })) {
    if (event === undefined) continue;
    const name = event.streamId.startsWith('$$') ? event.streamId.slice(2) : event.streamId;
    if (name.startsWith(prefix)) names.add(name);
  }
  return names;
};

type Place = NonNullable<Parameters<EventStoreDBClient['readAll']>[0]>['fromPosition'] & object;

const head = async (client: EventStoreDBClient): Promise<Place> => {
  let found: Place = { commit: 0n, prepare: 0n };
  for await (const { event } of client.readAll({ fromPosition: 'end', direction: 'backwards', maxCount: 1 })) {
    if (event?.position !== undefined) found = event.position;
  }
  return found;
};

/** A node can't put into words that a stream is deleted whose name is not ASCII. */
const saysDeleted = (error: unknown): boolean =>
  error instanceof StreamDeletedError || (error instanceof UnknownError && error.message.includes('HTTP status code 500'));

const tombstone = async (client: EventStoreDBClient, stream: string): Promise<void> => {
  try {
    await client.tombstoneStream(stream);
  } catch (error) {
    if (!saysDeleted(error)) throw error;
  }
};

const canBeRead = async (client: EventStoreDBClient, stream: string): Promise<boolean> => {
  try {
    // To its end: the client's dispose never ends where an iterator was left early.
    for await (const _event of client.readStream(stream, { maxCount: 1 }));
    return true;
  } catch (error) {
    if (saysDeleted(error) || error instanceof StreamNotFoundError) return false;
    throw error;
  }
};

/** Neither a stream nor its metadata: some version might tombstone the one and go on showing the other. */
const isReadable = async (client: EventStoreDBClient, stream: string): Promise<boolean> =>
  (await canBeRead(client, stream)) || (await canBeRead(client, `$$${stream}`));

/** Tombstones every stream of the run when it is over, and looks whether any, or its metadata, can still be read. */
export const setup = async (): Promise<() => Promise<void>> => {
  const { connectionString, prefix } = realServer();
  const client = EventStoreDBClient.connectionString(connectionString);
  const began = await head(client);
  await client.dispose();
  return async () => {
    const cleaner = EventStoreDBClient.connectionString(connectionString);
    const streams = [...(await streamsSince(cleaner, prefix, began))];
    for (let from = 0; from < streams.length; from += 50) {
      await Promise.all(streams.slice(from, from + 50).map((stream) => tombstone(cleaner, stream)));
    }
    const left: Array<string> = [];
    for (const stream of streams) if (await isReadable(cleaner, stream)) left.push(stream);
    await cleaner.dispose();
    process.stdout.write(`${streams.length} streams of this run tombstoned, ${left.length} of them still readable.\n`);
    if (left.length > 0) throw new Error(`These streams of this run can still be read: ${left.slice(0, 5).join(', ')}`);
  };
};
