import type { ModuleDefinition } from '@account-data/modules';
import { checkPython } from './checkPython.js';
import { type PythonConfig, parsePythonConfig } from './PythonConfig.js';
import { PythonDeliveries } from './PythonDeliveries.js';
import { PythonKeeper } from './PythonKeeper.js';

/**
 * Runs a module that is written for Synapse, unchanged, in a Python program of its own: a class with `parse_config` that
 * registers account data callbacks. What a callback raises fails the delivery, so that it is skipped, retried or parked by
 * the module's policy. When a user is erased, what the module sent into rooms about them is taken back.
 *
 * Source of what modules may use: https://element-hq.github.io/synapse/latest/modules/writing_a_module.html.
 *
 * @category module
 */
export const module: ModuleDefinition<PythonConfig> = {
  name: 'python',
  parseConfig: parsePythonConfig,
  check: checkPython,
  setUp: async (config, api) => {
    const deliveries = new PythonDeliveries(api);
    const keeper = await PythonKeeper.start({
      config,
      api,
      onMessage: (message, program) => {
        deliveries.hear(message, program.tell);
      },
    });
    api.onStop(async () => {
      await keeper.stop();
      deliveries.close();
    });
    api.registerAccountDataCallbacks({
      onAccountDataUpdated: (...change) => deliveries.deliver(keeper, change),
      onUserErased: async (userId) => {
        const { remaining } = await api.redactRoomEvents(userId);
        for (const { roomId, eventId, why } of remaining) {
          api.logger.warn('An announcement about an erased user may still stand in a room', { roomId, eventId, why });
        }
      },
    });
  },
};
