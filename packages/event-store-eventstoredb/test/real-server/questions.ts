import { systemRuntime } from '@account-data/runtime';
import { callCredentials } from '@account-data/tests-eventstoredb-server';
import {
  type AppendExpectedRevision,
  EventStoreDBClient,
  jsonEvent,
  StreamDeletedError,
  StreamNotFoundError,
  streamNameFilter,
  WrongExpectedVersionError,
} from '@eventstore/db-client';

/** What a server answers to one question, without what differs from run to run: positions, ids and times. */
export type Transcript = ReadonlyArray<readonly [question: string, answer: string]>;

type Client = EventStoreDBClient;
type CallOptions = NonNullable<Parameters<Client['appendToStream']>[2]>;
type Ask = (question: string, ask: () => Promise<unknown>) => Promise<void>;

const event = (id: string): AppendedEvent => jsonEvent({ id, type: 'T', data: { a: 1 }, metadata: { m: 1 } });

type AppendedEvent = ReturnType<typeof jsonEvent<{ type: string; data: { a: number }; metadata: { m: number } }>>;

/** Names for ids: the same number is the same id, in one run. */
const idsOfRun = (): ((number: number) => string) => {
  const ids = new Map<number, string>();
  return (number) => {
    const id = ids.get(number) ?? systemRuntime.random.uuid();
    ids.set(number, id);
    return id;
  };
};

const describe = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown): unknown => (typeof part === 'bigint' ? `${part}n` : part));

const describeError = (error: unknown): string => {
  if (error instanceof WrongExpectedVersionError) return `wrong revision: expected ${error.expectedVersion}, is ${error.actualVersion}`;
  if (error instanceof StreamDeletedError) return 'deleted';
  if (error instanceof StreamNotFoundError) return 'not found';
  if (!(error instanceof Error)) return 'no error';
  const limit = 'maxAppendSize' in error ? ` ${String(error.maxAppendSize)}` : '';
  return `${error.constructor.name} ${'code' in error ? String(error.code) : ''}${limit}`;
};

const revisionsOf = async (client: Client, stream: string, options: Parameters<Client['readStream']>[1] = {}): Promise<unknown> => {
  const found: Array<unknown> = [];
  for await (const read of client.readStream(stream, options)) {
    if (read.event !== undefined) found.push([read.event.revision, read.event.type, read.event.isJson]);
  }
  return found;
};

const dataOf = async (client: Client, stream: string): Promise<unknown> => {
  const found: Array<unknown> = [];
  for await (const { event: read } of client.readStream(stream)) found.push(read?.data);
  return found;
};

const appendsTo = async (client: Client, ask: Ask, prefix: string, path: 'batch' | 'unary', options: CallOptions): Promise<void> => {
  const uuid = idsOfRun();
  const stream = `${prefix}${path}`;
  const append = (name: string, numbers: ReadonlyArray<number>, expectedRevision: AppendExpectedRevision) => async (): Promise<unknown> => {
    const { success, nextExpectedRevision, position } = await client.appendToStream(name, numbers.map((number) => event(uuid(number))), { expectedRevision, ...options });
    return [success, nextExpectedRevision, position !== undefined];
  };
  const told = (what: string, ask_: () => Promise<unknown>): Promise<void> => ask(`${path}: ${what}`, ask_);
  await told('append expecting a revision of a stream that is not there', append(stream, [1], 3n));
  await told('append expecting a revision no stream has', append(stream, [1], 4_611_686_018_427_387_904n));
  await told('append expecting a stream that is not there', append(stream, [1], 'stream_exists'));
  await told('append three', append(stream, [1, 2, 3], 'no_stream'));
  await told('append the first again', append(stream, [1], 'no_stream'));
  await told('append the first two again, expecting any', append(stream, [1, 2], 'any'));
  await told('append the second where the first stood', append(stream, [2], 'no_stream'));
  await told('append the first with a new one', append(stream, [1, 4], 'no_stream'));
  await told('append a new one expecting no stream', append(stream, [5], 'no_stream'));
  await told('append expecting what is to come', append(stream, [5], 9n));
  const twin = `${stream}-twin`;
  await told('append the same ids to another stream', append(twin, [1, 2], 'no_stream'));
  await told('append them there again', append(twin, [1, 2], 'no_stream'));
  await told('append them there again, expecting any', append(twin, [1, 2], 'any'));
  await told('append them where they stood first, expecting any', append(stream, [1, 2], 'any'));
  const never = `${stream}-nothing`;
  await told('append no events', async () => {
    const { success, nextExpectedRevision } = await client.appendToStream(never, [], { expectedRevision: 'any', ...options });
    return [success, nextExpectedRevision];
  });
  await told('read the stream to which no events were appended', () => revisionsOf(client, never));
  await told('append more than 1 MiB, which is the limit before 25.1', async () => {
    const large = jsonEvent({ type: 'T', data: { filling: 'x'.repeat(1_048_577) } });
    const { success, nextExpectedRevision } = await client.appendToStream(`${stream}-large`, large, options);
    return [success, nextExpectedRevision];
  });
  await told('delete softly', async () => {
    await client.deleteStream(stream);
  });
  await told('read what was deleted softly', () => revisionsOf(client, stream));
  await told('append to what was deleted softly, expecting too little', append(stream, [6], 0n));
  await told('append to what was deleted softly, expecting no stream', append(stream, [6], 'no_stream'));
  await told('read what came back', () => revisionsOf(client, stream));
  await told('metadata of what came back', async () => (await client.getStreamMetadata(stream)).metadata);
  await told('delete softly again', async () => {
    await client.deleteStream(stream);
  });
  await told('append to what was deleted softly, expecting its last revision', append(stream, [7], 3n));
  await told('tombstone expecting what is not', async () => client.tombstoneStream(stream, { expectedRevision: 77n }));
  await told('tombstone', async () => {
    await client.tombstoneStream(stream);
  });
  await told('append to a tombstone', append(stream, [8], 'any'));
  await told('append to a tombstone what it has', append(stream, [1], 'no_stream'));
  await told('read a tombstone', () => revisionsOf(client, stream));
  await told('metadata of a tombstone', () => client.getStreamMetadata(stream));
  await told('set the metadata of a tombstone', async () => {
    await client.setStreamMetadata(stream, { maxCount: 1 }, options);
  });
  await told('tombstone a tombstone', () => client.tombstoneStream(stream));
  const ids = `${stream}-ids`;
  await told('append two', append(ids, [20, 21], 'no_stream'));
  await told('append the first with a new one, expecting any', append(ids, [20, 22], 'any'));
  await told('append the first with other data', async () => {
    const { success, nextExpectedRevision } = await client.appendToStream(ids, jsonEvent({ id: uuid(20), type: 'T', data: { other: true } }), { expectedRevision: 'no_stream', ...options });
    return [success, nextExpectedRevision];
  });
  await told('read what it kept', () => dataOf(client, ids));
  await told('append the last one again at the head', append(ids, [21], 1n));
  await told('read that it is there twice', () => revisionsOf(client, ids));
  const strange = `${stream}-ünï👋`;
  await told('append under a name that is not ASCII', append(strange, [10], 'no_stream'));
  await told('a conflict under such a name', append(strange, [11], 'no_stream'));
  await told('tombstone it', async () => {
    await client.tombstoneStream(strange);
  });
  await told('read it', () => revisionsOf(client, strange));
  await told('append to it', append(strange, [12], 'any'));
  await told('tombstone it again', () => client.tombstoneStream(strange));
};

const readsOf = async (client: Client, ask: Ask, prefix: string): Promise<void> => {
  const stream = `${prefix}reads`;
  await ask('read a stream that is not there', () => revisionsOf(client, stream));
  await ask('delete a stream that is not there', () => client.deleteStream(stream));
  await ask('tombstone a stream that is not there, expecting a revision', () => client.tombstoneStream(`${stream}-never`, { expectedRevision: 7n }));
  await ask('tombstone a stream that is not there', async () => {
    await client.tombstoneStream(`${stream}-never`);
  });
  await client.appendToStream(stream, [1, 2, 3, 4, 5, 6].map(() => event(systemRuntime.random.uuid())));
  const slices: ReadonlyArray<readonly [string, Parameters<Client['readStream']>[1]]> = [
    ['from the start', {}],
    ['two from the start', { maxCount: 2 }],
    ['from 4', { fromRevision: 4n }],
    ['from beyond the end', { fromRevision: 60n }],
    ['backwards from the end', { fromRevision: 'end', direction: 'backwards' }],
    ['backwards from 2', { fromRevision: 2n, direction: 'backwards' }],
    ['two backwards from beyond the end', { fromRevision: 60n, direction: 'backwards', maxCount: 2 }],
  ];
  const readEach = async (when: string): Promise<void> => {
    for (const [what, options] of slices) await ask(`read ${what}, ${when}`, () => revisionsOf(client, stream, options));
  };
  await readEach('whole');
  await client.setStreamMetadata(stream, { maxCount: 2 });
  await readEach('with the last two');
  await client.setStreamMetadata(stream, { truncateBefore: 3 });
  await readEach('without the first three');
  await client.setStreamMetadata(stream, { truncateBefore: 99 });
  await readEach('all truncated');
  await ask('append after all was truncated', async () => (await client.appendToStream(stream, event(systemRuntime.random.uuid()), { expectedRevision: 5n })).nextExpectedRevision);
  await ask('read what was appended after all was truncated, beyond the end', () => revisionsOf(client, stream));
  await client.setStreamMetadata(stream, {});
  await ask('read what was truncated and is not any more', () => revisionsOf(client, stream));
};

type Write = (stream: string, type: string, id?: string) => Promise<void>;

/** How long a server that does not say that it has caught up tells nothing before one event more is written. */
const silence = 500;

/**
 * Everything a subscription says until it has caught up, and then one event more. Where it is not told that it has caught
 * up, that event is written after a while of silence; whenever that is, it is the last one in the log.
 */
const subscription = (
  client: Client,
  prefixes: ReadonlyArray<string>,
  from: bigint | undefined,
  write: Write,
  isToldCaughtUp: boolean,
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const said: Array<unknown> = [];
    const last = systemRuntime.random.uuid();
    let hasWritten = false;
    const source = client.subscribeToAll({
      ...(from === undefined ? {} : { fromPosition: { commit: from, prepare: from } }),
      filter: streamNameFilter({ prefixes: [...prefixes], maxSearchWindow: 1_000, checkpointInterval: 1 }),
    });
    const writeLast = (): void => {
      hasWritten = true;
      write('z', 'Last', last).catch(reject);
    };
    let waiting = (): void => undefined;
    const heard = (): void => {
      if (isToldCaughtUp || hasWritten) return;
      waiting();
      waiting = systemRuntime.timers.setTimeout(writeLast, silence);
    };
    source.on('confirmation', () => {
      said.push('confirmed');
      heard();
    });
    source.on('caughtUp', () => {
      said.push('caught up');
      if (isToldCaughtUp) writeLast();
    });
    source.on('error', reject);
    source.on('data', ({ event: received }) => {
      if (received === undefined) return;
      said.push([received.streamId.slice(prefixes[0]?.length), received.type, received.revision]);
      heard();
      if (received.id === last) {
        void source.unsubscribe().then(() => {
          resolve(said);
        });
      }
    });
  });

/** Where the next event stands. It is read to its end: the client's dispose never ends where an iterator was left early. */
const nextPosition = async (client: Client, from: bigint, direction: 'forwards' | 'backwards'): Promise<bigint> => {
  let found = -1n;
  const options = { fromPosition: { commit: from, prepare: from }, direction, maxCount: 1 };
  for await (const { event: read } of client.readAll(options)) found = read?.position.commit ?? -1n;
  return found;
};

const subscriptionsOf = async (client: Client, ask: Ask, prefix: string, isToldCaughtUp: boolean): Promise<void> => {
  const mine = `${prefix}sub-`;
  const positions: Array<bigint> = [];
  const write: Write = async (stream, type, id = systemRuntime.random.uuid()) => {
    const { position } = await client.appendToStream(`${mine}${stream}`, jsonEvent({ id, type, data: {} }));
    positions.push(position?.commit ?? 0n);
  };
  for (const name of ['a', 'b', 'a', 'c']) await write(name, 'T');
  await client.tombstoneStream(`${mine}c`);
  await write('a', 'T');
  const start = positions[0] ?? 0n;
  const third = positions[2] ?? 0n;
  await ask('subscribe after the first event', () => subscription(client, [mine], start, write, isToldCaughtUp));
  await ask('subscribe after the second event', () => subscription(client, [mine], positions[1], write, isToldCaughtUp));
  await ask('subscribe to one stream of them', () => subscription(client, [`${mine}b`, `${mine}z`], start, write, isToldCaughtUp));
  await ask('read the log backwards from an event: that event is not in it', async () => {
    return (await nextPosition(client, third, 'backwards')) < third;
  });
  await ask('read the log forwards from an event: it begins with that event', async () => {
    return (await nextPosition(client, third, 'forwards')) === third;
  });
};

/** Asks a server everything, under a prefix; whether it tells a subscription that it has caught up depends on its version. */
export const interrogate = async (connectionString: string, prefix: string, isToldCaughtUp: boolean): Promise<Transcript> => {
  const client = EventStoreDBClient.connectionString(connectionString);
  const transcript: Array<readonly [string, string]> = [];
  const ask: Ask = async (question, asked) => {
    try {
      const answer = await asked();
      transcript.push([question, answer === undefined ? 'done' : describe(answer)]);
    } catch (error) {
      transcript.push([question, describeError(error)]);
    }
  };
  try {
    await appendsTo(client, ask, prefix, 'batch', {});
    await appendsTo(client, ask, prefix, 'unary', { credentials: callCredentials(connectionString) });
    await readsOf(client, ask, prefix);
    await subscriptionsOf(client, ask, prefix, isToldCaughtUp);
  } finally {
    await client.dispose();
  }
  return transcript;
};
