import { memoryProjectionStorage } from '../src/storage/memoryProjectionStorage.js';
import { storageContract } from './storageContract.js';

storageContract('memoryProjectionStorage', async () => {
  const provider = memoryProjectionStorage();
  const storage = await provider.open(await provider.create());
  return { storage, dispose: () => storage.close() };
});
