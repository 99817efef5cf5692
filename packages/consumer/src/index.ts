export { type ConsumeOptions, type ConsumerDatabase, LogChanged, consume } from './consume.js';
export * from './FeedSource.js';
