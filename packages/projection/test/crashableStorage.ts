import type { StorageProvider } from '../src/index.js';

/** A provider whose storages take no more writes once it crashed, as if the process that uses them had died. */
export const crashable = (provider: StorageProvider): { readonly provider: StorageProvider; readonly crash: () => void } => {
  let crashed = false;
  return {
    crash: () => {
      crashed = true;
    },
    provider: {
      ...provider,
      open: async (name) => {
        const storage = await provider.open(name);
        return { ...storage, write: (fill) => (crashed ? new Promise(() => undefined) : storage.write(fill)) };
      },
    },
  };
};
