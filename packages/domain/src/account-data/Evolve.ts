import type { AccountDataType } from '../AccountDataType.js';
import type { Recorded } from '../Recorded.js';
import type { RoomId } from '../RoomId.js';
import type { UserErased } from '../erasure/Events.js';
import { isEmptyContent } from '../json/jsonEquals.js';
import type { KeyEffect } from '../keyed/KeyEffect.js';
import { KeyedOverlay } from '../keyed/KeyedOverlay.js';
import { KeyedDraft, type RequestMetadata } from '../keyed/KeyedState.js';
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

/**
 * The state after one more event. Total: whatever the stream has is taken as it is.
 * The revision of a `UserErased`, which stands in another stream, does not matter.
 *
 * @category folds
 */
export const evolveAccountData =
  (state: UserState) =>
  (recorded: RecordedAccountDataEvent): UserState =>
    foldAccountData(state)([recorded]);

/** The state after more events, in order, in one step each. @category folds */
export const foldAccountData =
  (state: UserState) =>
  (recorded: Iterable<RecordedAccountDataEvent>): UserState => {
    const draft = new KeyedDraft(state);
    for (const { event, revision, metadata } of recorded) {
      switch (event.type) {
        case 'AccountDataUpdated':
          draft.put(accountDataEffect(event), revision);
          draft.advance(revision, metadata);
          break;
        case 'UserErased':
          draft.erase();
          break;
      }
    }
    return draft.done();
  };

/**
 * The view as it will be once these events, which were decided on it, are appended: they take the revisions after its
 * head. The view itself goes on answering as before.
 *
 * @category folds
 */
export const accountDataAfter =
  (view: UserView) =>
  (events: ReadonlyArray<{ readonly event: AccountDataUpdated; readonly metadata: RequestMetadata }>): UserView =>
    KeyedOverlay.after(
      view,
      events.map(({ event, metadata }) => ({ effect: accountDataEffect(event), metadata })),
    );
