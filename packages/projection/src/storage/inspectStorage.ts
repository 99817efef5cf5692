import { metaKey, parseMeta, storageFormat } from '../records/metaRecord.js';
import { StorageDamaged, type StorageProvider } from './StorageProvider.js';

/**
 * What a projection's storage is found to be, while no projection has it.
 *
 * - `InUse`: a projection has it.
 * - `None`: there is none yet.
 * - `Damaged`, `OtherFormat`: the next projection that is opened replaces it by a new one.
 *
 * @category model
 */
export type StorageInspection =
  | { readonly _tag: 'InUse' }
  | { readonly _tag: 'None' }
  | { readonly _tag: 'Damaged'; readonly reason: string }
  | { readonly _tag: 'OtherFormat' }
  | {
      readonly _tag: 'Usable';
      readonly logId: string;
      /** Everything up to here (inclusive) is in it; -1 before the first event. */
      readonly position: number;
      readonly events: number;
      readonly quarantined: number;
    };

/** Looks at a storage without changing it. Rejects where the system does not let it. @category destructors */
export const inspectStorage = async (provider: StorageProvider): Promise<StorageInspection> => {
  let release: () => void;
  try {
    release = await provider.lock();
  } catch (error) {
    // An error of the system has a code: then it is not that somebody has the lock.
    if (error instanceof Error && 'code' in error) throw error;
    return { _tag: 'InUse' };
  }
  try {
    const name = await provider.current();
    if (name === undefined) return { _tag: 'None' };
    const storage = await provider.open(name);
    try {
      const record = storage.get('meta', metaKey);
      const meta = record === undefined ? undefined : parseMeta(record);
      if (meta?.format !== storageFormat) return { _tag: 'OtherFormat' };
      const { logId, position, events, quarantined } = meta;
      return { _tag: 'Usable', logId, position, events, quarantined };
    } finally {
      await storage.close();
    }
  } catch (error) {
    if (error instanceof StorageDamaged) return { _tag: 'Damaged', reason: error.message };
    throw error;
  } finally {
    release();
  }
};
