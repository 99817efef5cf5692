import * as E from 'fp-ts/lib/Either.js';
import { type Actor, type ActorKind, actorKinds } from '../Actor.js';
import { type InvalidInput, type InvalidInputCode, invalidInput } from '../Errors.js';
import { maxActorIdBytes, maxReasonBytes, maxRequestKeyBytes } from '../Limits.js';
import { fitsUtf8, isWellFormed } from '../Utf8.js';

/** A request key from untrusted input: 1 to 255 bytes of UTF-8 without NUL. @category constructors */
export const parseRequestKey = (value: unknown): E.Either<InvalidInput, string> =>
  parseText(value, maxRequestKeyBytes, 'invalid_request_key', '/requestKey');

/** A reason from untrusted input: 1 to 1,024 bytes of UTF-8 without NUL. @category constructors */
export const parseReason = (value: unknown): E.Either<InvalidInput, string> =>
  parseText(value, maxReasonBytes, 'invalid_reason', '/reason');

/** An actor from untrusted input, as a frozen copy: a known kind, and an id of 1 to 255 bytes of UTF-8 without NUL. @category constructors */
export const parseActor = (value: unknown): E.Either<InvalidInput, Actor> => {
  if (typeof value !== 'object' || value === null || !('kind' in value) || !('id' in value)) {
    return E.left(invalidInput('invalid_actor', '/actor', 'An actor has a kind and an id.'));
  }
  const { kind } = value;
  if (!isActorKind(kind)) {
    return E.left(invalidInput('invalid_actor', '/actor/kind', `The kind of an actor is one of ${actorKinds.join(', ')}.`));
  }
  const id = parseText(value.id, maxActorIdBytes, 'invalid_actor', '/actor/id');
  return E.isLeft(id) ? id : E.right(Object.freeze({ kind, id: id.right }));
};

const isActorKind = (value: unknown): value is ActorKind => actorKinds.some((kind) => kind === value);

const parseText = (
  value: unknown,
  maxBytes: number,
  code: InvalidInputCode,
  path: string,
): E.Either<InvalidInput, string> =>
  typeof value === 'string' &&
  value.length > 0 &&
  fitsUtf8(value, maxBytes) &&
  !value.includes('\0') &&
  isWellFormed(value)
    ? E.right(value)
    : E.left(invalidInput(code, path, `It must be a text of 1 to ${maxBytes} bytes of UTF-8, without NUL.`));
