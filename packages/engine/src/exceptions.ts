import type { InvalidInput } from '@account-data/domain';
import type { AppendError } from '@account-data/event-store';
import type { HistoryError, OpenProjectionError, ProjectionFailure } from '@account-data/projection';
import type { ErasureError } from './erasure/ErasureReceipt.js';

/**
 * A store's error as an exception, for readers that are iterated or awaited.
 *
 * @category errors
 */
export class StoreError extends Error {
  readonly code: string;
  readonly error: AppendError;

  constructor(error: AppendError) {
    super('message' in error ? error.message : `The event store answered ${error.code}.`);
    this.name = 'StoreError';
    this.code = error.code;
    this.error = error;
  }
}

/**
 * A history read that failed, as an exception.
 *
 * @category errors
 */
export class HistoryFailed extends Error {
  readonly code: string;
  readonly error: HistoryError;

  constructor(error: HistoryError) {
    super('message' in error ? error.message : `The history can't be read: ${error.code}.`);
    this.name = 'HistoryFailed';
    this.code = error.code;
    this.error = error;
  }
}

/**
 * An erasure that was refused or did not come to its end, as an exception.
 *
 * @category errors
 */
export class ErasureFailed extends Error {
  readonly code: string;
  readonly error: ErasureError | InvalidInput;

  constructor(error: ErasureError | InvalidInput) {
    super('message' in error ? error.message : `The erasure failed: ${error.code}.`);
    this.name = 'ErasureFailed';
    this.code = error.code;
    this.error = error;
  }
}

/**
 * The projection could not be opened, or stopped before it had caught up with the log, as an exception.
 *
 * @category errors
 */
export class ProjectionFailed extends Error {
  readonly code: string;
  readonly error: OpenProjectionError | ProjectionFailure;

  constructor(error: OpenProjectionError | ProjectionFailure) {
    super('message' in error ? error.message : `The projection can't be opened: ${error.code}.`);
    this.name = 'ProjectionFailed';
    this.code = error.code;
    this.error = error;
  }
}
