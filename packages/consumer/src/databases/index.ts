export { CheckpointMoved } from './CheckpointMoved.js';
export { type Migration, MigrationsDiffer } from './migrations.js';
