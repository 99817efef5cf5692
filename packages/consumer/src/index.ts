export { type ConsumeOptions, type ConsumerDatabase, HistoryLost, LogChanged, consume } from './consume.js';
export * from './FeedSource.js';
