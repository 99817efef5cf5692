export * from './Runtime.js';
export * from './systemRuntime.js';
export * from './digest.js';
