export { type ConsumeOptions, type ConsumerDatabase, type HandledBatch, type Handler, HistoryLost, LogChanged, consume } from './consume.js';
export * from './FeedSource.js';
export { type ConsumerStatus, type ConsumerTracker, trackConsumer } from './trackConsumer.js';
export { type BuiltDatabase, type RebuildableDatabase, type RebuildOptions, rebuild } from './rebuild.js';
export { CheckpointMoved, type Migration, MigrationsDiffer } from './databases/index.js';
