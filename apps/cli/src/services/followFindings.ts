import type { SynapseFollowConfig } from '@account-data/server/configuration';
import { checkPolled, checkPostgres, type FollowFinding, type FollowProgress } from '@account-data/synapse-follow';
import * as E from 'fp-ts/lib/Either.js';
import { databaseUnreachable } from '../databaseUnreachable.js';
import type { Refusal } from '../Refusal.js';

/** What is found of the database of a homeserver that is followed, or is to be; left: it can't be reached. */
export const followFindings = async (
  { serverName, postgres, sqlite, slot, publication, pollInterval }: SynapseFollowConfig,
  progress?: Pick<FollowProgress, 'confirmed'>,
): Promise<E.Either<Refusal, ReadonlyArray<FollowFinding>>> => {
  try {
    if (postgres === undefined) return E.right(await checkPolled({ sqlite: sqlite ?? '' }, serverName));
    if (pollInterval !== undefined) return E.right(await checkPolled({ postgres }, serverName));
    return E.right(await checkPostgres({ serverName, connectionString: postgres, slot, publication, progress }));
  } catch (error) {
    return E.left(databaseUnreachable('The Synapse database can not be reached', error));
  }
};
