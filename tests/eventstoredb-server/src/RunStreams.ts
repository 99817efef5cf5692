import { EventStoreDBClient, StreamDeletedError, StreamNotFoundError, UnknownError } from '@eventstore/db-client';
import type { RealServer } from './realServer.js';

type Place = NonNullable<Parameters<EventStoreDBClient['readAll']>[0]>['fromPosition'] & object;

/** What a run came to leave behind. @category model */
export interface Remains {
  /** How many streams the run had written, and were tombstoned. */
  readonly tombstoned: number;
  /** Those that can be read nevertheless. */
  readonly readable: ReadonlyArray<string>;
}

/** The streams of a run that has begun. @category model */
export interface RunStreams {
  /** Tombstones all of them, and looks whether any can still be read by its name. */
  readonly remove: () => Promise<Remains>;
}

const inFlight = 50;

/** Does something with each of many, so many at a time. */
const forEach = async <A>(all: ReadonlyArray<A>, work: (one: A) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await work(one);
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
};

/** The streams of a run, and those whose metadata alone was set: all that was written since a place. */
const streamsSince = async (client: EventStoreDBClient, prefix: string, after: Place): Promise<ReadonlyArray<string>> => {
  const names = new Set<string>();
  for await (const { event } of client.readAll({ fromPosition: after })) {
    if (event === undefined) continue;
    const name = event.streamId.startsWith('$$') ? event.streamId.slice(2) : event.streamId;
    if (name.startsWith(prefix)) names.add(name);
  }
  return [...names];
};

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

const removeSince = async ({ connectionString, prefix }: RealServer, began: Place): Promise<Remains> => {
  const client = EventStoreDBClient.connectionString(connectionString);
  try {
    const streams = await streamsSince(client, prefix, began);
    const readable: Array<string> = [];
    await forEach(streams, (stream) => tombstone(client, stream));
    await forEach(streams, async (stream) => {
      if (await isReadable(client, stream)) readable.push(stream);
    });
    return { tombstoned: streams.length, readable };
  } finally {
    await client.dispose();
  }
};

/**
 * Begins a run: remembers where the log ends, so that only what comes after it is looked at when the run is over.
 *
 * @category constructors
 */
export const beginRun = async (server: RealServer): Promise<RunStreams> => {
  const client = EventStoreDBClient.connectionString(server.connectionString);
  try {
    const began = await head(client);
    return { remove: () => removeSince(server, began) };
  } finally {
    await client.dispose();
  }
};
