import {
  type AccountDataType,
  type Actor,
  type JsonObject,
  type RoomId,
  type UserId,
  copyJsonObject,
  defaultLimits,
} from '@account-data/domain';
import { Position, Revision, StreamName } from '@account-data/event-store';
import { type RoomEvent, roomEventId } from '@account-data/rooms';
import { type Runtime, asyncScope, nameUuid, systemRuntime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { ConfiguredModule } from '../api/ConfiguredModule.js';
import type { ModuleRef } from '../host/ModuleRef.js';
import type { LogFields } from '../api/DeliveryApi.js';
import type { AccountDataPort, LogLevel } from '../api/ports.js';
import type { Change } from '../host/delivery/Change.js';
import { Delivery } from '../host/delivery/Delivery.js';
import { Invoker } from '../host/delivery/Invoker.js';
import { CauseChains } from '../host/setup/CauseChains.js';
import { setUpModule } from '../host/setup/setUpModule.js';
import { type AccountDataMemory, accountDataMemory } from './accountDataMemory.js';

/** A change to deliver. @category model */
export interface HarnessChange {
  readonly userId: string;
  /** Default: null, global. */
  readonly roomId?: string | null;
  readonly type: string;
  /** `{}` is a deletion. */
  readonly content: object;
  /** Default: the user. */
  readonly actor?: Actor;
  readonly reason?: string;
  readonly isReplay?: boolean;
}

/** What became of a delivery. @category model */
export interface HarnessDelivery {
  readonly eventId: string;
  readonly outcome: 'handled' | 'failed';
  /** What the callback failed with; a timeout is a failure, too. */
  readonly error?: unknown;
}

/** A room event as it arrived. Redeliveries of the same are one, as in a room. @category model */
export interface HarnessRoomEvent extends RoomEvent {
  readonly eventId: string;
}

/** A line that the module under test has logged. @category model */
export interface HarnessLogLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** What the workbench is made of; all of it optional. @category model */
export interface HarnessOptions {
  /** Default: the real clock and timers. */
  readonly runtime?: Runtime;
  /** Default: account data in memory, changed by the module and by `deliver`. */
  readonly accountData?: AccountDataPort;
  /** Fails a room event on its way, as a homeserver may. */
  readonly failRoomEvent?: (event: RoomEvent) => Error | undefined;
}

/**
 * A module on a workbench: gives it changes one by one, as the host would, and shows what it did.
 *
 * @category model
 */
export interface ModuleHarness {
  /** Delivers a change and waits until the callback has settled, or its timeout is over. */
  readonly deliver: (change: HarnessChange) => Promise<HarnessDelivery>;
  /** Delivers a change again, as after a crash: same event id, next attempt. */
  readonly redeliver: (eventId: string) => Promise<HarnessDelivery>;
  /** Runs what the module registered with `onUserErased`, in order; rejects with what one of them fails with. */
  readonly eraseUser: (userId: string) => Promise<void>;
  /** What rooms hold now, in the order it came. */
  readonly roomEvents: ReadonlyArray<HarnessRoomEvent>;
  readonly log: ReadonlyArray<HarnessLogLine>;
  /** What account data the module finds and leaves. */
  readonly accountData: AccountDataMemory;
  /** Runs what the module registered with `onStop`. */
  readonly stop: () => Promise<void>;
}

/**
 * Sets a module up on a workbench.
 *
 * @example
 * const harness = await createModuleHarness(configureModule(module, { audit_room: '!a:x', sender: '@b:x' }));
 * await harness.deliver({ userId: '@alice:x', type: 'm.direct', content: {} });
 * assert.equal(harness.roomEvents.length, 1);
 *
 * @category constructors
 */
export const createModuleHarness = async (
  configured: ConfiguredModule,
  options: HarnessOptions = {},
): Promise<ModuleHarness> => {
  const runtime = options.runtime ?? systemRuntime;
  const scope = asyncScope<ModuleRef>();
  const log: Array<HarnessLogLine> = [];
  const rooms = new Map<string, HarnessRoomEvent>();
  /** Whom room events are about, by their id. */
  const about = new Map<string, UserId>();
  const memory = accountDataMemory();
  const deliveries = new Map<string, { readonly change: Change; readonly previous: JsonObject | null; attempts: number; readonly isReplay: boolean }>();
  const revisions = new Map<string, number>();
  const logger = {
    log: (level: LogLevel, message: string, fields: LogFields): void => {
      log.push({ level, message, fields });
    },
  };
  const module = await setUpModule(configured, {
    runtime,
    scope,
    logger,
    accountData: options.accountData ?? memory.port,
    causes: new CauseChains(16),
    timeout: 60_000,
    previousContent: async ({ userId, revision }) =>
      Promise.resolve([...deliveries.values()].find(({ change }) => change.userId === userId && change.revision === revision)?.previous ?? null),
    rooms: {
      send: async ({ module: name, event, source }) => {
        const failure = options.failRoomEvent?.(event);
        if (failure !== undefined) throw failure;
        const eventId = source === undefined ? runtime.random.uuid() : roomEventId(source, name);
        if (!rooms.has(eventId)) rooms.set(eventId, { ...event, eventId });
        if (source !== undefined) about.set(eventId, source.userId);
        return Promise.resolve({ eventId });
      },
      redact: async (userId) => {
        const redacted = new Map<RoomId, number>();
        for (const [eventId, event] of rooms) {
          if (about.get(eventId) !== userId) continue;
          rooms.delete(eventId);
          const roomId = event.room_id as RoomId;
          redacted.set(roomId, (redacted.get(roomId) ?? 0) + 1);
        }
        return Promise.resolve({ redacted: [...redacted].map(([roomId, events]) => ({ roomId, events })), remaining: [] });
      },
    },
  });
  const invoker = new Invoker(
    { runtime, scope, logger, blockedAfter: Number.POSITIVE_INFINITY, metrics: undefined, tracer: undefined },
    [module],
  );

  const redeliver = async (eventId: string): Promise<HarnessDelivery> => {
    const known = deliveries.get(eventId);
    if (known === undefined) throw new TypeError(`No change with the event id ${eventId} was delivered.`);
    known.attempts += 1;
    const delivery = new Delivery(module.world, known.change, known.attempts, 1, known.isReplay);
    await invoker.call(module, delivery);
    return delivery.state === 'handled'
      ? { eventId, outcome: 'handled' }
      : { eventId, outcome: 'failed', error: delivery.error };
  };

  return {
    deliver: async (given) => {
      const content = copyJsonObject(given.content, defaultLimits);
      if (E.isLeft(content)) throw new TypeError(`Not content: ${content.left.message}`);
      const position = deliveries.size + 1;
      const revision = revisions.get(given.userId) ?? 0;
      revisions.set(given.userId, revision + 1);
      const eventId = nameUuid('harness', position.toString());
      const roomId = given.roomId ?? null;
      const change: Change = {
        userId: given.userId as UserId,
        roomId: roomId as RoomId | null,
        type: given.type as AccountDataType,
        content: content.right,
        stream: StreamName(`account_data-${given.userId}`),
        revision: Revision(revision),
        position: Position(position),
        after: position === 1 ? 'start' : Position(position - 1),
        eventId,
        created: runtime.clock.now(),
        metadata: {
          schemaVersion: 1,
          actor: given.actor ?? { kind: 'user', id: given.userId },
          ...(given.reason === undefined ? {} : { reason: given.reason }),
          $correlationId: eventId,
          origin: 'api',
        },
      };
      const previous = memory.set(given.userId, roomId, given.type, content.right);
      deliveries.set(eventId, { change, previous, attempts: 0, isReplay: given.isReplay ?? false });
      return redeliver(eventId);
    },
    redeliver,
    eraseUser: async (userId) => {
      for (const callback of module.erasureCallbacks) await callback(userId);
    },
    get roomEvents() {
      return [...rooms.values()];
    },
    log,
    accountData: memory,
    stop: module.stop,
  };
};
