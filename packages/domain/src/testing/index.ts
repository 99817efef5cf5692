export * from './events.js';
export * from './identifiers.js';
export * from './json.js';
export * from './metadata.js';
