import { type AccountDataType, type JsonObject, type RoomId, type UserId, encodeEvent, schemaVersionOf, streamNames } from '@account-data/domain';
import {
  type EventStore,
  type InMemoryEventStore,
  type Position,
  type PositionedEvent,
  type Revision,
  StreamName,
  createInMemoryEventStore,
} from '@account-data/event-store';
import { roomStreamSink } from '@account-data/rooms';
import { type Runtime, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import {
  type AccountDataPort,
  type ConfiguredModule,
  type DeliveryContext,
  type HostLogger,
  type LogFields,
  type ModuleApi,
  type ModuleHost,
  type ModuleHostOptions,
  type ModulePolicy,
  type OnAccountDataUpdated,
  createModuleHost,
  defaultPolicy,
} from '../../src/index.js';

export const names = streamNames();

export const alice = '@alice:example.org' as UserId;
export const bob = '@bob:example.org' as UserId;

/** A change of account data to be appended. */
export interface Setting {
  readonly user?: string;
  readonly room?: string | null;
  readonly type?: string;
  readonly content?: JsonObject;
  readonly metadata?: Record<string, unknown>;
}

export const right = <L, A>(either: E.Either<L, A>): A => {
  if (E.isLeft(either)) throw new Error(`Unexpected left: ${JSON.stringify(either.left)}`);
  return either.right;
};

/** An account data port for hosts whose modules change nothing. */
export const noAccountData: AccountDataPort = {
  get: async () => null,
  set: async () => Promise.reject(new Error('not in this test')),
  delete: async () => Promise.reject(new Error('not in this test')),
  tags: async () => ({}),
  setTag: async () => Promise.reject(new Error('not in this test')),
  removeTag: async () => Promise.reject(new Error('not in this test')),
};

/** A callback's call, as it was told. */
export interface Call {
  readonly module: string;
  readonly userId: string;
  readonly roomId: string | null;
  readonly type: string;
  readonly content: JsonObject;
  readonly context: DeliveryContext;
}

export const module = (
  name: string,
  onAccountDataUpdated: OnAccountDataUpdated,
  policy: Partial<ModulePolicy> = {},
): ConfiguredModule => ({
  name,
  setUp: (api: ModuleApi) => {
    api.registerAccountDataCallbacks({ onAccountDataUpdated });
  },
  policy: { ...defaultPolicy, from: { _tag: 'Start' }, ...policy },
});

/** A module that writes down how it was called, and then does what `then` does. */
export const recording = (
  name: string,
  calls: Array<Call>,
  policy: Partial<ModulePolicy> = {},
  then?: (call: Call) => void | Promise<void>,
): ConfiguredModule =>
  module(
    name,
    (userId, roomId, type, content, context) => {
      const call = { module: name, userId, roomId, type, content, context };
      calls.push(call);
      return then?.(call);
    },
    policy,
  );

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

export const recordingLogger = (lines: Array<LogLine>): HostLogger => ({
  log: (level, message, fields) => {
    lines.push({ level, message, fields });
  },
});

export interface World {
  readonly store: InMemoryEventStore;
  readonly runtime: Runtime;
  readonly set: (setting?: Setting) => Promise<{ readonly revision: Revision; readonly position: Position; readonly eventId: string }>;
  readonly host: (modules: ReadonlyArray<ConfiguredModule>, options?: Partial<ModuleHostOptions>) => ModuleHost;
  /** Resolved when the host's modules have handled everything that is in the log now. */
  readonly caughtUp: (host: ModuleHost) => Promise<void>;
}

export const changeEvent = (
  runtime: Runtime,
  { user = alice, room = null, type = 'org.example.theme', content = { theme: 'dark' }, metadata = {} }: Setting = {},
): { readonly id: string; readonly type: string; readonly data: Record<string, unknown>; readonly metadata: Record<string, unknown> } => {
  const id = runtime.random.uuid();
  const encoded = encodeEvent(
    {
      type: 'AccountDataUpdated',
      data: { userId: user as UserId, roomId: room as RoomId | null, type: type as AccountDataType, content },
    },
    {
      schemaVersion: schemaVersionOf('AccountDataUpdated'),
      actor: { kind: 'user', id: user },
      $correlationId: id,
      origin: 'api',
      ...metadata,
    },
  );
  return { id, type: encoded.type, data: { ...encoded.data }, metadata: { ...encoded.metadata } };
};

export const appendChange = async (
  store: EventStore,
  runtime: Runtime,
  setting: Setting = {},
): Promise<{ readonly revision: Revision; readonly position: Position; readonly eventId: string }> => {
  const event = changeEvent(runtime, setting);
  const stream = StreamName(names.accountData((setting.user ?? alice) as UserId));
  const { revision, position } = right(await store.append(stream, [event], 'any')());
  if (position === undefined) throw new Error('The store gave no position.');
  return { revision, position, eventId: event.id };
};

export const createWorld = (
  runtime: Runtime = systemRuntime,
  store: InMemoryEventStore = createInMemoryEventStore({ runtime }),
): World => ({
  store,
  runtime,
  set: (setting) => appendChange(store, runtime, setting),
  host: (modules, options = {}) =>
    createModuleHost({
      store,
      names,
      runtime,
      modules,
      accountData: noAccountData,
      rooms: roomStreamSink({ store, names, runtime }),
      previousContent: async () => null,
      ...options,
    }),
  caughtUp: async (host) => {
    const head = right(await store.head()());
    if (head === 'start') return;
    if (!(await host.waitForPosition(head, 15_000))) {
      throw new Error(`Not caught up: ${JSON.stringify(host.status())}`);
    }
  },
});

/** The data of the last progress that was written for the group. */
export const lastProgress = async (store: EventStore, group = 'default'): Promise<PositionedEvent['data']> => {
  const slice = right(await store.read(StreamName(names.modules(group)), { direction: 'backwards', limit: 1 })());
  const last = slice._tag === 'Events' ? slice.events[0] : undefined;
  if (last === undefined) throw new Error('No progress was written.');
  return last.data;
};

/** Waits until the condition holds; fails after a generous time. */
export const until = async (
  condition: () => boolean | Promise<boolean>,
  what: string,
  patience = 15_000,
): Promise<void> => {
  const end = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`It never happened: ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
};
