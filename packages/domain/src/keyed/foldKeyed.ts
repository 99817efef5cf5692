import type { Recorded } from '../Recorded.js';
import type { UserErased } from '../erasure/Events.js';
import type { KeyEffect } from './KeyEffect.js';
import { KeyedOverlay } from './KeyedOverlay.js';
import { KeyedDraft, type KeyedState, type RequestMetadata } from './KeyedState.js';
import type { KeyedView } from './KeyedView.js';

/** An event of a keyed stream: every one but an erasure does something to one key. */
interface Changing {
  readonly type: string;
}

const isErasure = (event: Changing): event is UserErased => event.type === 'UserErased';

/**
 * The fold of events that each do something to one key: the state after more of them, in order, in one step each. Total:
 * whatever the stream has is taken as it is. The revision of a `UserErased`, which stands in another stream, does not matter.
 *
 * @category folds
 */
export const foldKeyed =
  <Room, Name, Event extends Changing>(effectOf: (event: Event) => KeyEffect<Room, Name>) =>
  (state: KeyedState<Room, Name>) =>
  (recorded: Iterable<Recorded<Event | UserErased>>): KeyedState<Room, Name> => {
    const draft = new KeyedDraft(state);
    for (const { event, revision, metadata } of recorded) {
      if (isErasure(event)) {
        draft.erase();
        continue;
      }
      draft.put(effectOf(event), revision);
      draft.advance(revision, metadata);
    }
    return draft.done();
  };

/**
 * The view as it will be once these events, which were decided on it, are appended: they take the revisions after its
 * head. The view itself goes on answering as before.
 *
 * @category folds
 */
export const keyedAfter =
  <Room, Name, Event>(effectOf: (event: Event) => KeyEffect<Room, Name>) =>
  (view: KeyedView<Room, Name>) =>
  (events: ReadonlyArray<{ readonly event: Event; readonly metadata: RequestMetadata }>): KeyedView<Room, Name> =>
    KeyedOverlay.after(
      view,
      events.map(({ event, metadata }) => ({ effect: effectOf(event), metadata })),
    );
