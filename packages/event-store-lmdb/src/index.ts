export { acceptLoss, type AcceptedLoss } from './acceptLoss.js';
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
export { storeOwner, type StoreOwner } from './storeOwner.js';
