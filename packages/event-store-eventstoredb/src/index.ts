export { checkEventStoreDb, type Finding } from './checkEventStoreDb.js';
export {
  type ConnectionSettings,
  ConnectionStringError,
  type NodeAddress,
  type NodePreference,
  parseConnectionString,
  type UserCredentials,
} from './connection/ConnectionString.js';
export { type EventStoreDbEventStore, openEventStoreDbEventStore } from './EventStoreDbEventStore.js';
export type { EventStoreDbOptions, StoreLogger } from './EventStoreDbOptions.js';
export type { Backoff } from '@account-data/runtime';
export { defaultTimeouts, type Timeouts } from './Timeouts.js';
