export * from './errors.js';
export * from './Event.js';
export * from './EventStore.js';
export * from './Position.js';
export * from './Revision.js';
export * from './StreamName.js';
