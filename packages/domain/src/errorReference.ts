import { maxActorIdBytes, maxNameBytes, maxRequestKeyBytes } from './Limits.js';
import type { DomainError } from './DomainError.js';
import type { EventDecodeError } from './events/EventDecodeError.js';

/** Every stable code of this package. @category errors */
export type ErrorCode = DomainError['code'] | EventDecodeError['code'];

/** What a code means, and what to do about it. @category errors */
export interface ErrorExplanation {
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * All codes explained, for pages that document them. ERRORS.md is made of it, and a test holds them equal.
 *
 * @category errors
 */
export const errorReference: { readonly [Code in ErrorCode]: ErrorExplanation } = {
  invalid_user_id: {
    meaning: `The user ID does not have the form \`@localpart:server.name\`, or takes more than ${maxNameBytes} bytes.`,
    remedy: 'Send the full Matrix user ID.',
  },
  invalid_room_id: {
    meaning: `The room ID does not have the form \`!opaque:server.name\` or \`!opaque\`, or takes more than ${maxNameBytes} bytes.`,
    remedy: 'Send the room ID, not an alias; null for global account data.',
  },
  invalid_type: {
    meaning: `The type is empty, longer than the limit (${maxNameBytes} bytes), or holds NUL or half of a surrogate pair.`,
    remedy: 'Choose another type, as `org.example.theme`.',
  },
  invalid_tag: {
    meaning: `The tag is empty, longer than the limit (${maxNameBytes} bytes), or holds NUL or half of a surrogate pair.`,
    remedy: 'Choose another tag, as `u.work`.',
  },
  invalid_tag_order: {
    meaning: 'The `order` of a tag is there and not a number from 0 to 1.',
    remedy: 'Send a number from 0 to 1, or no `order`.',
  },
  invalid_revision: {
    meaning: 'The condition `ifRevision` is no revision and no list of revisions, and neither `absent` nor `present`.',
    remedy: 'Send the revision that a read gave, `absent` or `present`.',
  },
  invalid_request_key: {
    meaning: `The request key is not a text of 1 to ${maxRequestKeyBytes} bytes, or holds NUL or half of a surrogate pair.`,
    remedy: 'Send a random UUID for each request, and the same one for its retries.',
  },
  invalid_reason: {
    meaning: 'The reason is not a text of 1 to 1,024 bytes, or holds NUL or half of a surrogate pair.',
    remedy: 'Shorten it, or leave it out.',
  },
  invalid_actor: {
    meaning: `The actor has no known kind, or its id is not a text of 1 to ${maxActorIdBytes} bytes.`,
    remedy: 'Name a user, service, module or admin by its id.',
  },
  invalid_content: {
    meaning: 'The content is not a JSON object, or holds something that JSON has no form for; the path says where.',
    remedy: 'Send a JSON object. In a program, convert dates, maps and class instances first and leave undefined out.',
  },
  invalid_string: {
    meaning: 'A string or key in the content holds half of a surrogate pair, which UTF-8 has no form for.',
    remedy: 'Do not cut strings between the halves of a character.',
  },
  unsafe_number: {
    meaning: 'A number in the content would not be kept: it is beyond the range of doubles (`1e400`), or an integer beyond 2^53-1.',
    remedy: 'Send it as a string.',
  },
  content_too_deep: {
    meaning: 'Objects and arrays in the content stand deeper within each other than the limit (100).',
    remedy: 'Flatten the content.',
  },
  content_too_large: {
    meaning: 'The content takes more bytes as JSON text than the limit (65,536).',
    remedy: 'Store less, or spread it over several types.',
  },
  ignoring_oneself: {
    meaning: 'The list of ignored users names the user whose list it is.',
    remedy: 'Take the user off their own list.',
  },
  invalid_batch: {
    meaning: 'The request is not a batch: not a list, or empty.',
    remedy: 'Send at least one command.',
  },
  several_users: {
    meaning: 'The commands of one batch are of different users.',
    remedy: 'Send a batch for each user.',
  },
  protected_type: {
    meaning: 'The server keeps this type itself: `m.fully_read`, `m.push_rules`, and `m.tag` in rooms.',
    remedy: 'Use what sets it: read markers, push rules, the tag commands.',
  },
  not_local_user: {
    meaning: 'The user belongs to another server than the one that is served here.',
    remedy: 'Ask the service of that server, or change `server_name`.',
  },
  user_followed: {
    meaning: 'The homeserver of the user is followed: its data is changed there.',
    remedy: 'Make the change at the homeserver; it comes here by itself.',
  },
  revision_mismatch: {
    meaning: 'The key was not at the revision that `ifRevision` asked for. The error carries what it holds now.',
    remedy: 'Decide anew on the current content, and send its revision.',
  },
  too_many_keys: {
    meaning: 'The user has as many keys with content as allowed (10,000), and this would be one more.',
    remedy: 'Delete a key, or change one that exists.',
  },
  too_much_data: {
    meaning: 'The contents of the user would take more bytes than allowed (104,857,600), and this change makes them larger.',
    remedy: 'Delete a key, or make a content smaller.',
  },
  request_key_reused: {
    meaning: 'The request key was used before, by the same actor for the same user, with another payload.',
    remedy: 'Use a new key for a new request, and repeat a request unchanged.',
  },
  user_erased: {
    meaning: 'The user was erased, which is final for a user ID.',
    remedy: 'None: nothing can be written for this user ID any more.',
  },
  causation_too_deep: {
    meaning: 'Callbacks made changes whose callbacks made changes, beyond the limit. The error names the chain.',
    remedy: 'Break the circle: let a module ignore changes whose actor is itself.',
  },
  unknown_event_type: {
    meaning: 'A stored event has a type that this version does not know.',
    remedy: 'Foreign events under our names are left alone; if it is one of a newer version, upgrade.',
  },
  newer_schema_version: {
    meaning: 'A stored event has a newer schema version than this version can read.',
    remedy: 'Upgrade readers before writers.',
  },
  corrupt_event: {
    meaning: 'A stored event of a known type is not what its schema version says; the path says where.',
    remedy: 'Find out who wrote it. It is set aside and counted, never skipped in silence.',
  },
};
