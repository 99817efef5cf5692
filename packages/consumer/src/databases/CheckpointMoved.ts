/**
 * Another process wrote the checkpoint since it was read here, or a rebuild took the place of the tables: what was about to be
 * done was not done. `consume` tries again, from where the database is.
 *
 * @category errors
 */
export class CheckpointMoved extends Error {
  readonly code = 'checkpoint_moved';

  constructor() {
    super('The checkpoint is not where this consumer left it: another one writes the same tables, or a rebuild replaced them.');
    this.name = 'CheckpointMoved';
  }
}
