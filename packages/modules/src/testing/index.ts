export * from './accountDataMemory.js';
export * from './ModuleHarness.js';
