import {
  type Actor,
  type EventMetadata,
  type InvalidInput,
  type RequestKeyUse,
  type UserId,
  actorKey,
  parseActor,
  parseReason,
  parseRequestKey,
  traceMetadata,
} from '@account-data/domain';
import type { ProposedEvent } from '@account-data/event-store';
import { nameUuid } from '@account-data/runtime';
import * as E from 'fp-ts/lib/Either.js';
import type { Await, ChangeOptions } from '../AccountDataEngine.js';
import { fingerprint } from './fingerprint.js';

/** What led to a change besides the caller: set by the engine's own parts, never taken from outside. */
export interface ChangeOrigin {
  readonly origin: EventMetadata['origin'];
  readonly causationId?: string;
  readonly causationDepth?: number;
  readonly restoredRevision?: string;
  readonly originalTime?: number;
}

/** The origin of what callers ask for. */
export const fromApi: ChangeOrigin = { origin: 'api' };

/** The options of a change, checked. */
export interface ChangeRequest {
  readonly actor: Actor;
  readonly options: ChangeOptions;
  readonly origin: ChangeOrigin;
  readonly key: RequestKeyUse | undefined;
  readonly await: Await;
  /** Milliseconds. */
  readonly timeout: number;
}

const noOptions: ChangeOptions = {};

/** Checks the options; the actor is the user itself where none is named. */
export const readRequest = (
  userId: UserId,
  payload: () => unknown,
  options: ChangeOptions = noOptions,
  origin: ChangeOrigin = fromApi,
): E.Either<InvalidInput, ChangeRequest> => {
  let actor: Actor;
  if (options.actor === undefined) actor = Object.freeze({ kind: 'user', id: userId });
  else {
    const parsed = parseActor(options.actor);
    if (E.isLeft(parsed)) return parsed;
    actor = parsed.right;
  }
  if (options.reason !== undefined) {
    const reason = parseReason(options.reason);
    if (E.isLeft(reason)) return reason;
  }
  let key: RequestKeyUse | undefined;
  if (options.requestKey !== undefined) {
    const parsed = parseRequestKey(options.requestKey);
    if (E.isLeft(parsed)) return parsed;
    key = { actor, key: parsed.right, fingerprint: fingerprint(payload()) };
  }
  return E.right({
    actor,
    options,
    origin,
    key,
    await: options.await ?? 'projected',
    timeout: options.timeout ?? 10_000,
  });
};

/** The id of each event of a request: made of the request key where there is one, so that a retry has the same. */
export const eventIdOf = (request: ChangeRequest, stream: string, index: number, random: () => string): string =>
  request.key === undefined ? random() : nameUuid(stream, actorKey(request.actor), request.key.key, String(index));

/** The metadata of an event that {@link metadataOf} made. */
export const metadataIn = ({ metadata }: ProposedEvent): EventMetadata => metadata as ProposedEvent['metadata'] & EventMetadata;

/** The metadata of one event of a request, frozen, so that a store need not copy it. */
export const metadataOf = (
  request: ChangeRequest,
  schemaVersion: number,
  correlationId: string,
  index: number,
  count: number,
): EventMetadata => {
  const { actor, options, origin, key } = request;
  const metadata: { -readonly [K in keyof EventMetadata]: EventMetadata[K] } = {
    schemaVersion,
    actor,
    $correlationId: options.correlationId ?? correlationId,
    origin: origin.origin,
  };
  if (options.reason !== undefined) metadata.reason = options.reason;
  if (options.traceparent !== undefined || options.tracestate !== undefined) Object.assign(metadata, traceMetadata(options));
  if (origin.causationId !== undefined) metadata.$causationId = origin.causationId;
  if (origin.causationDepth !== undefined) metadata.causationDepth = origin.causationDepth;
  if (origin.restoredRevision !== undefined) metadata.restoredRevision = origin.restoredRevision;
  if (origin.originalTime !== undefined) metadata.originalTime = origin.originalTime;
  if (key !== undefined) metadata.requestKey = Object.freeze({ key: key.key, fingerprint: key.fingerprint, count, index });
  return Object.freeze(metadata);
};
