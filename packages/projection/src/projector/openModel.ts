import type { StreamNames } from '@account-data/domain';
import { openReadModel, type ReadModel } from '../model/ReadModel.js';
import type { SlabPool } from '../model/Slabs.js';
import type { ProjectionLogger } from '../ProjectionLogger.js';
import { StorageDamaged, type StorageProvider } from '../storage/StorageProvider.js';

/** A model and the generation of storage it lives in. @category model */
export interface OpenedModel {
  readonly name: string;
  readonly model: ReadModel;
}

/** What a live model is opened or made with. @category model */
export interface OpenModelOptions {
  readonly provider: StorageProvider;
  readonly names: StreamNames;
  readonly logId: string;
  readonly requestKeyWindow: number;
  readonly pool: SlabPool;
  readonly hasForeignEvents: boolean;
  readonly logger: ProjectionLogger | undefined;
}

const reasons = {
  other_format: 'it was written in another format',
  other_log: 'it was made from another log',
} as const;

/** Says why a model can't be gone on with; undefined where it can. @category model */
export type CheckModel = (model: ReadModel) => Promise<string | undefined>;

/** Opens a generation; a sentence that says why where it can't be gone on with. @category constructors */
export const openGeneration = async (
  options: OpenModelOptions,
  name: string,
  check: CheckModel,
): Promise<ReadModel | string> => {
  const { provider, names, logId, requestKeyWindow, pool, hasForeignEvents } = options;
  try {
    const storage = await provider.open(name);
    try {
      const opened = await openReadModel({ storage, names, logId, requestKeyWindow, pool, hasForeignEvents });
      const fault = typeof opened === 'string' ? reasons[opened] : await check(opened);
      if (typeof opened !== 'string' && fault === undefined) return opened;
      await storage.close();
      return fault ?? '';
    } catch (error) {
      await storage.close();
      return `it is damaged: ${error instanceof Error ? error.message : String(error)}`;
    }
  } catch (error) {
    if (error instanceof StorageDamaged) return `it is damaged: ${error.message}`;
    throw error;
  }
};

/**
 * Opens the current generation. Where there is none, or it can't be gone on with, begins a new one, loudly, and removes
 * the old one: nothing in it is truth.
 *
 * @category constructors
 */
export const openCurrentModel = async (options: OpenModelOptions, check: CheckModel): Promise<OpenedModel> => {
  const { provider, logger } = options;
  await provider.clean();
  const current = await provider.current();
  if (current !== undefined) {
    const opened = await openGeneration(options, current, check);
    if (typeof opened !== 'string') return { name: current, model: opened };
    logger?.log('error', `The projection is built anew from the log: ${opened}.`, { storage: current });
  }
  const name = await provider.create();
  const model = await openGeneration(options, name, check);
  if (typeof model === 'string') throw new StorageDamaged(`A new storage can't be used: ${model}.`);
  await provider.makeCurrent(name);
  if (current !== undefined) await provider.remove(current);
  return { name, model };
};
