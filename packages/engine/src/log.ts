/** The export `./log`: the log without projection and modules, which take longer to load. */
export * from './log/AccountDataLog.js';
export { type AccessLog, type AccessPage, type AccessPlace, type AccessQuery, accessPlaceText, parseAccessPlace } from './access/AccessLog.js';
export type { CommandError } from './errors.js';
export type { StateEntry } from './diff/stateDiff.js';
export type { LogHistory, LogHistoryPageQuery, StreamHistoryEntry } from './log/streamHistory.js';
export type { LogTagHistory, LogTagHistoryQuery, StreamTagHistoryEntry } from './log/streamTagHistory.js';
export type { StreamMoment } from './views/foldStream.js';
