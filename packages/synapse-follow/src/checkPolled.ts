import { FollowError } from './FollowError.js';
import { findingOf, type FollowFinding } from './FollowFinding.js';
import { openPolled, type PolledDatabase } from './openPolled.js';

/**
 * Looks whether the rows of a homeserver can be read, as polling does, and changes nothing. Rejects with the client's error where the
 * database can't be reached.
 *
 * @category constructors
 */
export const checkPolled = async (database: PolledDatabase, serverName: string): Promise<ReadonlyArray<FollowFinding>> => {
  try {
    await (await openPolled(database, serverName)).close();
    return [{ severity: 'info', code: 'rows_readable', message: 'The rows of Synapse can be read: nothing has to be set for polling.', statements: [] }];
  } catch (error) {
    if (error instanceof FollowError) return [findingOf(error)];
    throw error;
  }
};
