import type { UserId } from './UserId.js';
import type { JsonObject } from './json/Json.js';

/**
 * What content passes through on its way into the log and out of it, so that a key per user can come without a change
 * of the log's shape. `open(userId, seal(userId, content))` equals content, and `{}`, which is a deletion, stays `{}`.
 * What is sealed is a JSON object, too. `open` throws where it can't read what is there.
 *
 * @category model
 */
export interface ContentCipher {
  readonly seal: (userId: UserId, content: JsonObject) => JsonObject;
  readonly open: (userId: UserId, content: JsonObject) => JsonObject;
}

/** Leaves content as it is. @category instances */
export const identityCipher: ContentCipher = {
  seal: (_userId, content) => content,
  open: (_userId, content) => content,
};
