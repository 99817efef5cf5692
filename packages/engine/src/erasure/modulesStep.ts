import type { ModuleHost } from '@account-data/modules';
import type { ErasureStep } from './ErasureReceipt.js';

/** Modules remove what they keep or sent elsewhere; what was parked about the user is given up. */
export const modulesStep = (modules: ModuleHost): ErasureStep => ({
  step: 'modules',
  run: async (userId) => {
    const { told, parked } = await modules.eraseUser(userId);
    return {
      removed: [
        ...told.map((module) => `what the module ${module} removes when a user is erased`),
        ...(parked === 0 ? [] : [`${String(parked)} parked deliveries`]),
      ],
      remains: [],
    };
  },
});
