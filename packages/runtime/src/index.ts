export * from './Runtime.js';
export * from './systemRuntime.js';
