export * from './realServer.js';
export * from './RunStreams.js';
