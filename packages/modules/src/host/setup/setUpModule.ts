import { parseUserId } from '@account-data/domain';
import type { RoomEvent, RoomEventSink } from '@account-data/rooms';
import type { AsyncScope, Runtime } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { ConfiguredModule } from '../../api/ConfiguredModule.js';
import type { AccountDataCallbacks, OnAccountDataUpdated, OnUserErased } from '../../api/DeliveryContext.js';
import type { DeliveryApi } from '../../api/DeliveryApi.js';
import type { ModuleApi } from '../../api/ModuleApi.js';
import type { AccountDataPort, HostLogger } from '../../api/ports.js';
import { Delivery, type DeliveryWorld } from '../delivery/Delivery.js';
import { describeFailure } from '../delivery/describeFailure.js';
import { ModuleSetUpFailed } from '../errors.js';
import type { LoadedModule } from '../LoadedModule.js';
import type { PreviousContent } from '../ModuleHost.js';
import type { ModuleRef } from '../ModuleRef.js';
import { moduleCall } from '../moduleCall.js';
import { accountDataManager } from './accountDataManager.js';
import type { CauseChains } from './CauseChains.js';
import { moduleLogger } from './moduleLogger.js';
import { moduleRuntime } from './moduleRuntime.js';

/** What modules are set up with. @category model */
export interface SetUpOptions {
  readonly runtime: Runtime;
  readonly scope: AsyncScope<ModuleRef>;
  readonly accountData: AccountDataPort;
  readonly rooms: RoomEventSink;
  readonly previousContent: PreviousContent;
  readonly logger: HostLogger;
  readonly causes: CauseChains;
  /** Milliseconds a module may take. */
  readonly timeout: number;
}

/** Milliseconds after which the log says which module is waited for. */
const slowSetUp = 5_000;

/** Sets a module up. Rejects with {@link ModuleSetUpFailed}. */
export const setUpModule = async (configured: ConfiguredModule, options: SetUpOptions): Promise<LoadedModule> => {
  const { name, policy, renamedFrom } = configured;
  const callbacks: Array<OnAccountDataUpdated> = [];
  const erasureCallbacks: Array<OnUserErased> = [];
  const stops: Array<() => void | Promise<void>> = [];
  let open = true;
  const atHand = (): Delivery | undefined => {
    const current = options.scope.current();
    return current instanceof Delivery && current.module === name ? current : undefined;
  };
  const runtimeOfModule = moduleRuntime(options.runtime, (thrown) => {
    // Its content is at hand where the timer was set by a callback.
    const change = atHand()?.change;
    const { error, stack } = describeFailure(thrown, change);
    options.logger.log('error', 'A timer of a module threw', {
      module: name,
      error: error.name,
      ...(change === undefined ? {} : { errorMessage: error.message }),
      ...(stack === undefined ? {} : { stack }),
    });
  });
  const api: ModuleApi = Object.freeze({
    ...deliveryApi(name, atHand, runtimeOfModule, options),
    registerAccountDataCallbacks: ({ onAccountDataUpdated, onUserErased }: AccountDataCallbacks) => {
      if (!open) throw new TypeError(`The module ${name} can register callbacks only while it is being set up.`);
      if (onAccountDataUpdated !== undefined) callbacks.push(onAccountDataUpdated);
      if (onUserErased !== undefined) erasureCallbacks.push(onUserErased);
    },
    redactRoomEvents: async (userId: string) => {
      const user = parseUserId(userId);
      if (E.isLeft(user)) throw new TypeError(`The module ${name} asked to redact what is about no user ID: ${user.left.message}`);
      return options.rooms.redact(user.right);
    },
    onStop: (callback: () => void | Promise<void>) => {
      stops.push(callback);
    },
  });
  const { runtime, timeout, logger } = options;
  const cancelWarning = runtime.timers.setBackgroundTimeout(() => {
    logger.log('warn', 'A module is still being set up', { module: name });
  }, slowSetUp);
  try {
    const late = new Error(`It was not done within ${String(timeout)} ms.`);
    await moduleCall(() => options.scope.run({ module: name }, () => configured.setUp(api)), timeout, runtime, late);
  } catch (error) {
    throw new ModuleSetUpFailed(name, error);
  } finally {
    cancelWarning();
  }
  open = false;
  const world: DeliveryWorld = {
    module: name,
    // Known when this instance takes delivery over: see `formerNames` of the checkpoint.
    identity: name,
    apiFor: (delivery) => deliveryApi(name, () => delivery, runtimeOfModule, options),
    previousContent: options.previousContent,
    counters: { inFlight: 0, deliveries: 0, failures: 0, consecutiveFailures: 0 },
  };
  return {
    name,
    renamedFrom,
    policy,
    callback: oneOf(callbacks),
    erasureCallbacks,
    world,
    stop: async () => {
      for (const stop of stops) await options.scope.run({ module: name }, stop);
    },
  };
};

const deliveryApi = (
  name: string,
  atHand: () => Delivery | undefined,
  runtime: Runtime,
  options: SetUpOptions,
): DeliveryApi =>
  Object.freeze({
    moduleName: name,
    accountDataManager: accountDataManager(options.accountData, (change) =>
      options.causes.causeOf(name, atHand(), change),
    ),
    createAndSendEventIntoRoom: async (event: RoomEvent) => {
      const delivery = atHand();
      if (delivery === undefined) return options.rooms.send({ module: name, event });
      const index = delivery.roomEvents;
      delivery.roomEvents += 1;
      const { eventId, userId, revision, position, epoch, signal, world } = delivery;
      const source = { eventId, userId, revision, position, index, epoch, identity: world.identity };
      return options.rooms.send({
        module: name,
        event,
        source,
        signal,
        onAskedToWait: (milliseconds) => {
          delivery.postpone(milliseconds);
        },
      });
    },
    logger: moduleLogger(options.logger, name, () => atHand()?.change),
    runtime,
  });

/** Several callbacks as one: in order, each awaited before the next, and one that fails doesn't keep the next from running. */
const oneOf = (callbacks: ReadonlyArray<OnAccountDataUpdated>): OnAccountDataUpdated => {
  const [only] = callbacks;
  if (only === undefined) return () => undefined;
  if (callbacks.length === 1) return only;
  return async (userId, roomId, type, content, context) => {
    let failed: Promise<void> | undefined;
    for (const callback of callbacks) {
      const running = (async () => callback(userId, roomId, type, content, context))();
      await running.catch(() => {
        failed ??= running;
      });
    }
    return failed;
  };
};
