export * from './Attempt.js';
export * from './invariants.js';
export * from './Report.js';
export * from './runScenario.js';
