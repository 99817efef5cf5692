import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLmdbEnvironment } from '../src/storage/lmdbEnvironment.js';
import { storageContract } from './storageContract.js';

storageContract('openLmdbEnvironment', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'projection-storage-'));
  const storage = openLmdbEnvironment(join(folder, 'model'));
  return {
    storage,
    dispose: async () => {
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});
