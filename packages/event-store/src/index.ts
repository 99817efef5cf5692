export { batchBytes, eventBytes, eventFramingBytes, maxBatchBytes } from './batchBytes.js';
export { checkAppend, checkLimit, checkStream } from './checkAppend.js';
export * from './errors.js';
export * from './Event.js';
export * from './EventStore.js';
export { frozenJson } from './frozenJson.js';
export { filterByStream, matchPrefixes } from './matchPrefixes.js';
export {
  createInMemoryEventStore,
  type InMemoryEventStore,
  type InMemoryEventStoreOptions,
} from './memory/InMemoryEventStore.js';
export type { WriteAttempt, WriteFault } from './memory/MemoryLog.js';
export {
  Position,
  type ReadFrom,
  Revision,
  compareDecimals,
  earliest,
  isAfter,
  isAtLeast,
  isBefore,
  isUpTo,
  latest,
  plus,
  revisionAfter,
} from '@account-data/domain';
export * from './expectations.js';
export * from './StreamName.js';
export { createSubscriptionHub, type SubscriptionHub, type SubscriptionHubOptions } from './SubscriptionHub.js';
