export { compactionStep } from './compactionStep.js';
export { EngineNotOpened } from './EngineNotOpened.js';
export { erasureFile, type ErasureFileOptions } from './erasureFile.js';
export { openEngine, type OpenEngineOptions } from './openEngine.js';
export { type AccountDataEngine, EngineError, ErasureFailed, HistoryFailed, Position, ProjectionFailed, Revision, StoreError } from '@account-data/engine';
