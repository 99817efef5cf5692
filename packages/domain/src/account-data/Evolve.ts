import type { AccountDataType } from '../AccountDataType.js';
import type { Recorded } from '../Recorded.js';
import type { RoomId } from '../RoomId.js';
import type { UserErased } from '../erasure/Events.js';
import { isEmptyContent } from '../json/jsonEquals.js';
import type { KeyEffect } from '../keyed/KeyEffect.js';
import type { RequestMetadata } from '../keyed/KeyedState.js';
import { foldKeyed, keyedAfter } from '../keyed/foldKeyed.js';
import type { AccountDataUpdated } from './Events.js';
import type { UserState, UserView } from './State.js';

/** An event that concerns a user's account data, with its place in the user's stream. @category model */
export type RecordedAccountDataEvent = Recorded<AccountDataUpdated | UserErased>;

/** What an event does to its key: the fold, the overlay, the projection and the history all have it from here. @category folds */
export const accountDataEffect = ({ data }: Pick<AccountDataUpdated, 'data'>): KeyEffect<RoomId | null, AccountDataType> => ({
  roomId: data.roomId,
  name: data.type,
  content: data.content,
  deleted: isEmptyContent(data.content),
});

/** The state after more events of a user's account data, in order. @category folds */
export const foldAccountData: (state: UserState) => (recorded: Iterable<RecordedAccountDataEvent>) => UserState =
  foldKeyed((event: AccountDataUpdated) => accountDataEffect(event));

/** The state after one more event. @category folds */
export const evolveAccountData =
  (state: UserState) =>
  (recorded: RecordedAccountDataEvent): UserState =>
    foldAccountData(state)([recorded]);

/** The view as it will be once these events are appended. @category folds */
export const accountDataAfter: (
  view: UserView,
) => (events: ReadonlyArray<{ readonly event: AccountDataUpdated; readonly metadata: RequestMetadata }>) => UserView = keyedAfter(accountDataEffect);
