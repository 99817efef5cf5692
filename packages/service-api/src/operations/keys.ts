import { described } from '../json/jsonSchema.js';
import { ChangeJson, EntryJson, NoQuery, awaitMeaning, awaitWord, maxAwait, reasonText } from '../json/models.js';
import { pathRecord, record } from '../json/record.js';
import { GivenContent, GivenRoomId, GivenType, GivenUserId, integerText } from '../json/scalars.js';
import { operation } from '../Operation.js';

/** One key of a user's account data as a resource with an ETag. */

/** Of a path; one without a room has no `roomId`. */
const KeyPath = pathRecord('KeyPath', { userId: GivenUserId, type: GivenType }, { roomId: GivenRoomId });

const ChangeQuery = record(
  'ChangeQuery',
  {},
  { reason: reasonText, await: awaitWord, timeout: described(integerText(0, maxAwait), awaitMeaning) },
);

const keyAt = (scope: 'Global' | 'Room', path: string) => ({
  get: operation({ operationId: `get${scope}AccountData`, method: 'GET', path, params: KeyPath, query: NoQuery, answer: EntryJson }),
  set: operation({
    operationId: `set${scope}AccountData`,
    method: 'PUT',
    path,
    params: KeyPath,
    query: ChangeQuery,
    body: GivenContent,
    answer: ChangeJson,
  }),
  delete: operation({
    operationId: `delete${scope}AccountData`,
    method: 'DELETE',
    path,
    params: KeyPath,
    query: ChangeQuery,
    answer: ChangeJson,
  }),
});

/** One key of a user's global account data: read, set, deleted. @category operations */
export const globalKey = keyAt('Global', '/v1/users/{userId}/account_data/{type}');

/** One key of a user's account data in a room: read, set, deleted. @category operations */
export const roomKey = keyAt('Room', '/v1/users/{userId}/rooms/{roomId}/account_data/{type}');
