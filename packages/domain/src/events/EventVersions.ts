import * as E from 'fp-ts/lib/Either.js';
import type { DataFault } from './DataFault.js';

/** Decodes the data of one schema version of an event. @category model */
export type DataDecoder<A> = (data: unknown) => E.Either<DataFault, A>;

/**
 * The schema versions of an event's data, from 1 on without gaps, each decoded to what the newest one is.
 *
 * @category model
 */
export interface EventVersions<A> {
  readonly decoders: ReadonlyArray<DataDecoder<A>>;
}

/** Schema version 1. @category constructors */
export const firstVersion = <A>(decode: DataDecoder<A>): EventVersions<A> => ({ decoders: [decode] });

/**
 * One schema version more. Data of older versions is decoded by its own codec and then brought here by `upcast`, which
 * is total: version to next version.
 *
 *     pipe(firstVersion(decodeV1), nextVersion(v1ToV2, decodeV2))
 *
 * @category combinators
 */
export const nextVersion =
  <A, B>(upcast: (data: A) => B, decode: DataDecoder<B>) =>
  (versions: EventVersions<A>): EventVersions<B> => ({
    decoders: [...versions.decoders.map((older) => mapped(older, upcast)), decode],
  });

/** An event type with all its schema versions. @category model */
export interface EventType<Event> {
  readonly type: string;
  readonly decoders: ReadonlyArray<DataDecoder<Event>>;
}

/** An event type from its versions; `make` turns the newest form of the data into the event. @category constructors */
export const eventType = <A, Event>(
  type: string,
  versions: EventVersions<A>,
  make: (data: A) => Event,
): EventType<Event> => ({ type, decoders: versions.decoders.map((decode) => mapped(decode, make)) });

/** `E.map` in plain steps: events are decoded by the million. */
const mapped =
  <A, B>(decode: DataDecoder<A>, f: (data: A) => B): DataDecoder<B> =>
  (data) => {
    const decoded = decode(data);
    return E.isLeft(decoded) ? decoded : E.right(f(decoded.right));
  };
