import { emptyContent, streamNames, type DomainEvent, type EventMetadata, type StreamNames, type UserId } from '@account-data/domain';
import {
  createInMemoryEventStore,
  StreamName,
  type EventStore,
  type InMemoryEventStore,
  type ProposedEvent,
} from '@account-data/event-store';
import { systemRuntime, type Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { Json, JsonObject } from '@account-data/domain';
import { createProjection, memoryProjectionStorage, type ProjectionOptions, type StorageProvider } from '../src/index.js';

export const logId = '00000000-0000-4000-8000-000000000001';
export const alice = '@alice:example.org' as UserId;
export const bob = '@bob:example.org' as UserId;
export const room = '!room:example.org';

/** Runs a task and gives its Right; a Left fails the test. */
export const right = async <A>(task: TE.TaskEither<unknown, A>): Promise<A> => {
  const result = await task();
  if (E.isLeft(result)) throw new Error(`Expected a right, got ${JSON.stringify(result.left)}.`);
  return result.right;
};

export const metadataOf = (more: Partial<EventMetadata> = {}): EventMetadata => ({
  schemaVersion: 1,
  actor: { kind: 'user', id: alice },
  $correlationId: 'correlation',
  origin: 'api',
  ...more,
});

export const proposed = (
  event: { readonly type: string; readonly data: unknown },
  metadata: unknown = metadataOf(),
  id: string = systemRuntime.random.uuid(),
): ProposedEvent => ({
  id,
  type: event.type,
  data: event.data as ProposedEvent['data'],
  metadata: metadata as ProposedEvent['metadata'],
});

/** Events as the domain makes them, appended to a store. */
export class Log {
  readonly store: EventStore;
  readonly names: StreamNames;

  constructor(store: EventStore, names: StreamNames = streamNames()) {
    this.store = store;
    this.names = names;
  }

  append(stream: string, ...events: ReadonlyArray<ProposedEvent>): Promise<unknown> {
    return right(this.store.append(StreamName(stream), events, 'any'));
  }

  create(id: string = logId): Promise<unknown> {
    return this.append(this.names.log, proposed({ type: 'LogCreated', data: { logId: id } }));
  }

  set(
    userId: string,
    roomId: string | null,
    type: string,
    content: { readonly [key: string]: Json },
    metadata?: Partial<EventMetadata>,
  ): Promise<unknown> {
    return this.append(
      this.names.accountData(userId as UserId),
      proposed({ type: 'AccountDataUpdated', data: { userId, roomId, type, content } }, metadataOf(metadata)),
    );
  }

  delete(userId: string, roomId: string | null, type: string): Promise<unknown> {
    return this.set(userId, roomId, type, emptyContent);
  }

  setTag(userId: string, roomId: string, tag: string, content: JsonObject = { order: 0.5 }, metadata?: Partial<EventMetadata>): Promise<unknown> {
    return this.append(
      this.names.tags(userId as UserId),
      proposed({ type: 'RoomTagSet', data: { userId, roomId, tag, content } }, metadataOf(metadata)),
    );
  }

  removeTag(userId: string, roomId: string, tag: string): Promise<unknown> {
    return this.append(
      this.names.tags(userId as UserId),
      proposed({ type: 'RoomTagRemoved', data: { userId, roomId, tag } }),
    );
  }

  /** What an erasure does to the log. */
  async erase(userId: string): Promise<void> {
    await this.append(this.names.erasures, proposed({ type: 'UserErased', data: { userId } }));
    await right(this.store.tombstone(StreamName(this.names.accountData(userId as UserId))));
    await right(this.store.tombstone(StreamName(this.names.tags(userId as UserId))));
  }
}

export type OpenProjection = Awaited<ReturnType<typeof openProjection>>;

export const openProjection = (
  store: EventStore,
  storage: StorageProvider = memoryProjectionStorage(),
  more: Partial<ProjectionOptions> = {},
) => right(createProjection({ store, storage, names: streamNames(), runtime: systemRuntime, ...more }));

/** A log in memory and a projection of it that is ready. */
export const setUp = async (
  more: Partial<ProjectionOptions> & { readonly clock?: () => number } = {},
): Promise<{ readonly store: InMemoryEventStore; readonly log: Log; readonly projection: OpenProjection; readonly storage: StorageProvider }> => {
  const { clock, ...options } = more;
  const runtime: Runtime = clock === undefined ? systemRuntime : { ...systemRuntime, clock: { ...systemRuntime.clock, now: clock } };
  const store = createInMemoryEventStore({ runtime });
  const log = new Log(store);
  await log.create();
  const storage = more.storage ?? memoryProjectionStorage();
  const projection = await openProjection(store, storage, options);
  if (!(await projection.waitUntilReady(5_000))) throw new Error('The projection did not become ready.');
  return { store, log, projection, storage };
};

export type { DomainEvent };
