import { eventType, firstVersion } from '../events/EventVersions.js';
import { type AccountDataUpdatedV1, decodeAccountDataUpdatedV1 } from './EventsV1.js';

/** The account data of a user was set; with content `{}` it was deleted. @category model */
export interface AccountDataUpdated {
  readonly type: 'AccountDataUpdated';
  readonly data: AccountDataUpdatedV1;
}

/** All schema versions, oldest first. @category codecs */
export const accountDataUpdatedVersions = eventType(
  'AccountDataUpdated',
  firstVersion(decodeAccountDataUpdatedV1),
  (data): AccountDataUpdated => ({ type: 'AccountDataUpdated', data }),
);
