import type { InvalidInput, RequestKeyReused, TooManyKeys, TooMuchData, UserErasedError } from '../Errors.js';
import type { Revision } from '../Revision.js';
import type { JsonObject } from '../json/Json.js';

/** The server keeps this type itself; clients can read it, not write it. @category errors */
export interface ProtectedType {
  readonly _tag: 'ProtectedType';
  readonly code: 'protected_type';
  readonly type: string;
  readonly message: string;
}

/**
 * The key was not at the revision that the command asked for. `current` is what it holds now, null where it holds
 * nothing: decide anew on it. It holds account data: it goes to the caller, never into a log.
 *
 * @category errors
 */
export interface RevisionMismatch {
  readonly _tag: 'RevisionMismatch';
  readonly code: 'revision_mismatch';
  readonly current: { readonly revision: Revision; readonly content: JsonObject } | null;
  readonly message: string;
}

/** Every error of a command on account data. @category errors */
export type AccountDataError =
  | InvalidInput
  | ProtectedType
  | RevisionMismatch
  | TooManyKeys
  | TooMuchData
  | RequestKeyReused
  | UserErasedError;

/**
 * The refusal of a type that the server keeps itself (`m.fully_read`, `m.push_rules`, and `m.tag` in a room).
 *
 * @category constructors
 */
export const protectedType = (type: string): ProtectedType => ({
  _tag: 'ProtectedType',
  code: 'protected_type',
  type,
  message:
    type === 'm.tag'
      ? 'Room tags can\'t be set as account data of type m.tag. Use the tag commands.'
      : `Account data of type ${type} is kept by the server itself and can't be set.`,
});

/**
 * A condition that does not hold. `current` is what is there instead, null where there is no content.
 *
 * @category constructors
 */
export const revisionMismatch = (current: RevisionMismatch['current']): RevisionMismatch => ({
  _tag: 'RevisionMismatch',
  code: 'revision_mismatch',
  current,
  message:
    current === null
      ? 'There is no content under this room and type. Nothing was changed.'
      : `The content under this room and type is at revision ${String(current.revision)}. Nothing was changed.`,
});
