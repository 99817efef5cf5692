export {
  type ConnectionSettings,
  ConnectionStringError,
  type NodeAddress,
  type NodePreference,
  parseConnectionString,
  type UserCredentials,
} from './connection/ConnectionString.js';
export { type EventStoreDbOptions, openEventStoreDbEventStore, type StoreLogger } from './EventStoreDbEventStore.js';
export type { Backoff } from './faults/backoff.js';
export { defaultTimeouts, type Timeouts } from './Timeouts.js';
