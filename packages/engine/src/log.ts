/** The export `./log`: the log without projection and modules, which take longer to load. */
export * from './log/AccountDataLog.js';
export type { CommandError } from './errors.js';
export type { StateEntry } from './diff/stateDiff.js';
export type { LogHistory, LogHistoryPageQuery, StreamHistoryEntry } from './log/streamHistory.js';
export type { LogTagHistory, LogTagHistoryQuery, StreamTagHistoryEntry } from './log/streamTagHistory.js';
export type { StreamMoment } from './views/foldStream.js';
