import { roomTagEffect, type EventMetadata, type KeyEffect, type RoomId, type Tag, type UserId } from '@account-data/domain';
import type { RecordedEvent } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import type { HistoryError } from '../errors.js';
import type { Sized } from './Change.js';
import { decoded } from './changeOf.js';

/** A change of a tag as its stream has it. @category model */
export interface TagChange extends Sized {
  readonly revision: RecordedEvent['revision'];
  readonly id: string;
  readonly userId: UserId;
  readonly effect: KeyEffect<RoomId, Tag>;
  readonly metadata: EventMetadata;
}

/** Decodes a tag event; undefined where it is of another type. @category destructors */
export const tagChangeOf = (event: RecordedEvent): E.Either<HistoryError, TagChange | undefined> => {
  const result = decoded(event);
  if (E.isLeft(result)) return result;
  if (result.right === undefined) return E.right(undefined);
  const { change, metadata } = result.right;
  if (change.type !== 'RoomTagSet' && change.type !== 'RoomTagRemoved') return E.right(undefined);
  return E.right({ revision: event.revision, id: event.id, userId: change.data.userId, effect: roomTagEffect(change), metadata });
};
