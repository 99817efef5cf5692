export { acceptLoss, type AcceptedLoss } from './acceptLoss.js';
export { backupLog, type LogBackup } from './backupLog.js';
export { compactLog } from './compactLog.js';
export type {
  CompactionError,
  CompactionFailed,
  CompactionReport,
  LmdbEventStore,
  LmdbEventStoreOptions,
  LmdbStoreMode,
  StoreLogger,
} from './LmdbEventStore.js';
export { isLmdbOpenError, type LmdbOpenCode, type LmdbOpenError } from './LmdbOpenError.js';
export { openLmdbEventStore } from './openLmdbEventStore.js';
export { damageAdvice } from './layout/StoreDamage.js';
export type { Damage } from './layout/findDamage.js';
export type { LogFormat } from './layout/formatOne.js';
export type { LongWork } from './layout/LongWork.js';
export type { PositionRange } from './salvage/LostPositions.js';
export type { LostRevisions } from './salvage/SalvagedIndex.js';
export { type LogSalvage, salvageLog, type SalvageOptions } from './salvageLog.js';
export { type LogScrub, scrubLog } from './scrubLog.js';
export { storeOwner, type StoreOwner } from './storeOwner.js';
