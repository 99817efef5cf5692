export * from './AccountDataEntry.js';
export * from './errors.js';
export * from './History.js';
export * from './Projection.js';
export * from './ProjectionHealth.js';
