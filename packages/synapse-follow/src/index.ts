export { checkPostgres, type CheckOptions, type FollowFinding } from './checkPostgres.js';
export { FollowError } from './FollowError.js';
export type { FollowHealth, FollowPhase } from './FollowHealth.js';
export type { FollowedLog } from './FollowedLog.js';
export type { FollowLogger } from './FollowLogger.js';
export { type Follow, followPostgres, type FollowPostgresOptions } from './followPostgres.js';
export { type FollowProgress, followProgress, type Resynchronisation } from './FollowProgress.js';
export type { ParkedRow } from './ParkedRows.js';
