import { type AccountDataEngine, createAccountDataEngine } from '@account-data/engine';
import type { InMemoryEventStore } from '@account-data/event-store';
import { module as auditRoomModule } from '@account-data/module-audit-room';
import type { ConfiguredModule, ModulePolicy } from '@account-data/modules';
import type { StorageProvider } from '@account-data/projection';
import type { SimulatedRuntime } from '@account-data/runtime';
import { mortalRuntime, mortalStorage } from './mortal.js';
import type { Delivery } from './Report.js';

export const auditRoom = '!audit:example.org';

/** Deliveries that fail are tried again, so that faults of the store can lose none. */
const policy: ModulePolicy = {
  failure: { onFailure: 'retry', backoff: { initial: 50, maximum: 1_000, factor: 2 } },
  timeout: 30_000,
  pauseAfter: null,
  from: { _tag: 'Start' },
};

const auditRoomConfigured: ConfiguredModule = {
  name: 'audit-room',
  setUp: (api) =>
    auditRoomModule.setUp(auditRoomModule.parseConfig({ audit_room: auditRoom, sender: '@auditor:example.org' }), api),
  policy,
};

const recorder = (process: number, onDelivery: (delivery: Delivery) => void): ConfiguredModule => ({
  name: 'recorder',
  setUp: (api) => {
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: (userId, roomId, type, content, { revision, eventId }) => {
        onDelivery({ process, userId, roomId, type, content, revision, eventId });
      },
    });
  },
  policy,
});

/** An engine that can die at any moment, as a process does. */
export interface SimulatedProcess {
  readonly number: number;
  readonly engine: AccountDataEngine;
  readonly die: () => void;
}

/** Starts a process. The promise stays pending where it dies before it is up. */
export const startProcess = async (options: {
  readonly number: number;
  readonly world: SimulatedRuntime;
  readonly store: InMemoryEventStore;
  readonly storage: StorageProvider;
  readonly onDelivery: (delivery: Delivery) => void;
}): Promise<SimulatedProcess> => {
  let alive = true;
  const life = { isAlive: () => alive };
  const engine = await createAccountDataEngine({
    store: options.store,
    runtime: mortalRuntime(options.world, life),
    projectionStorage: mortalStorage(options.storage, life),
    modules: {
      configured: [
        auditRoomConfigured,
        recorder(options.number, (delivery) => {
          if (alive) options.onDelivery(delivery);
        }),
      ],
    },
  });
  return {
    number: options.number,
    engine,
    die: () => {
      alive = false;
    },
  };
};
