import type { JsonObject } from '../json/Json.js';

/** What an event does to a key of its stream: the key holds this content from there on, or is deleted. @category model */
export interface KeyEffect<Room, Name> {
  readonly roomId: Room;
  readonly name: Name;
  /** `{}` where the key is deleted. */
  readonly content: JsonObject;
  readonly deleted: boolean;
}

/** How many more keys are live after an effect on one that was, or was not. @category combinators */
export const liveKeysAdded = (wasLive: boolean, deleted: boolean): number => {
  if (wasLive !== deleted) return 0;
  return deleted ? -1 : 1;
};
