import * as t from 'io-ts';
import { Actor, actorKinds } from './Actor.js';
import { type DataFault, isRecord } from './events/DataFault.js';

/** A request key as the log remembers it: a retry with the same key answers the same and appends nothing. @category model */
export interface RequestKeyMetadata {
  /** Chosen by the caller; counts per user and actor. At most 255 bytes. */
  readonly key: string;
  /** A digest of the request's payload: the same key with another payload is a conflict. */
  readonly fingerprint: string;
  /** How many events the whole request appended, and the place of this one among them. */
  readonly count: number;
  readonly index: number;
}

/** Where an imported change comes from: with it, it is known again when it comes back, by whichever way. @category model */
export interface SourceMetadata {
  /** The log (or database) the change was made in. */
  readonly logId: string;
  /** What the change (or row) is called there. */
  readonly id: string;
  /** What the row held, for sources that name rows and not changes. */
  readonly version?: string;
  /** The change's origin there; absent where the source does not tell. */
  readonly origin?: Origin;
  /** For an origin of `restore`: the revision that was restored, in the stream of the source. A decimal string. */
  readonly restoredRevision?: string;
}

/**
 * Metadata of each event of ours. `$correlationId` and `$causationId` are EventStoreDB's own names.
 * A trace is written as `$traceId` and `$spanId` besides (see `TraceContext`), which no event needs and any may have.
 * Keys that are not named here are left in place and mean nothing. (An alias, so that it is stored JSON without a copy.)
 *
 * @category model
 */
export type EventMetadata = {
  readonly schemaVersion: number;
  readonly actor: Actor;
  /** Why, in the actor's words. */
  readonly reason?: string;
  readonly $correlationId: string;
  /** The id of the event that caused this one: set for changes made by a module's callback. */
  readonly $causationId?: string;
  /** How many callbacks stand between the first cause and this event; absent is 0. */
  readonly causationDepth?: number;
  /** W3C trace context: ask `traceContextOf`. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly origin: Origin;
  /** For `restore`: the revision that was restored, as a decimal string. */
  readonly restoredRevision?: string;
  /** For `import` and `synapse`: when the change was made where it came from, in milliseconds since the Unix epoch. */
  readonly originalTime?: number;
  /** For `import` and `synapse`: where the change comes from. Absent in logs that older versions wrote. */
  readonly source?: SourceMetadata;
  /** False: modules are not called for this event. For imports, unless callbacks were asked for, and for what Synapse calls none for. */
  readonly callbacks?: false;
  readonly requestKey?: RequestKeyMetadata;
};

/** The values of {@link Origin}. @category constants */
export const origins = ['api', 'import', 'restore', 'synapse'] as const;

/** How a change came into this log: asked for, imported, restored from a past one, or made at a followed Synapse. @category model */
export type Origin = (typeof origins)[number];

const refined = <A, B extends A>(codec: t.Type<A>, predicate: (value: A) => value is B, name: string): t.Type<B> => {
  const is = (value: unknown): value is B => codec.is(value) && predicate(value);
  return new t.Type<B>(name, is, (value, context) => (is(value) ? t.success(value) : t.failure(value, context)), (value) => value);
};

const isCount = (value: number): value is number => Number.isSafeInteger(value) && value >= 0;
const isDecimal = (value: string): value is string => /^(0|[1-9][0-9]*)$/.test(value);

const Count = refined(t.number, isCount, 'an integer of 0 or more');

/**
 * Decodes a request key in metadata: `index` is the event's place among the `count` events of its request.
 *
 * @category codecs
 */
export const RequestKeyMetadata: t.Type<RequestKeyMetadata> = refined(
  t.type({ key: t.string, fingerprint: t.string, count: Count, index: Count }),
  (value): value is RequestKeyMetadata => value.index < value.count,
  'RequestKeyMetadata',
);

const originCodec = t.keyof({ api: null, import: null, restore: null, synapse: null });

/**
 * Decodes where an imported event was before: the log, the event's id there and, in lines of newer exports, its
 * version.
 *
 * @category codecs
 */
export const SourceMetadata: t.Type<SourceMetadata> = t.intersection(
  [
    t.type({ logId: t.string, id: t.string }),
    t.partial({ version: t.string, origin: originCodec, restoredRevision: refined(t.string, isDecimal, 'a revision') }),
  ],
  'SourceMetadata',
);

/** Decodes the metadata of any event of ours. Keys that it does not name are kept. @category codecs */
export const EventMetadata: t.Type<EventMetadata> = t.intersection(
  [
    t.type({
      schemaVersion: refined(Count, (value): value is number => value > 0, 'a schema version (1 or more)'),
      actor: Actor,
      $correlationId: t.string,
      origin: originCodec,
    }),
    t.partial({
      reason: t.string,
      $causationId: t.string,
      causationDepth: Count,
      traceparent: t.string,
      tracestate: t.string,
      restoredRevision: refined(t.string, isDecimal, 'a revision'),
      originalTime: refined(t.number, (value): value is number => Number.isFinite(value), 'a time'),
      source: SourceMetadata,
      callbacks: t.literal(false),
      requestKey: RequestKeyMetadata,
    }),
  ],
  'EventMetadata',
);

/** Whether it is an {@link Origin}. @category predicates */
export const isOrigin = (value: unknown): value is Origin => isOneOf(origins, value);

/** The same as the codec, in plain steps. @category predicates */
export const isEventMetadata = (value: unknown): value is EventMetadata => metadataFault(value) === undefined;

/** The first thing that is wrong with metadata. */
export const metadataFault = (value: unknown): DataFault | undefined => {
  if (!isRecord(value)) return { path: '', expected: 'an object' };
  const { schemaVersion, actor, origin, reason, causationDepth, source, requestKey } = value;
  if (!isCountValue(schemaVersion) || schemaVersion === 0) return fault('/schemaVersion', 'a schema version (1 or more)');
  if (!isRecord(actor)) return fault('/actor', 'an actor');
  if (!isOneOf(actorKinds, actor['kind'])) return fault('/actor/kind', `one of ${actorKinds.join(', ')}`);
  if (typeof actor['id'] !== 'string') return fault('/actor/id', 'a string');
  if (typeof value['$correlationId'] !== 'string') return fault('/$correlationId', 'a string');
  if (!isOrigin(origin)) {
    return fault('/origin', `one of ${origins.join(', ')}`);
  }
  if (!isTextOrAbsent(reason)) return fault('/reason', 'a string');
  if (!isTextOrAbsent(value['$causationId'])) return fault('/$causationId', 'a string');
  if (causationDepth !== undefined && !isCountValue(causationDepth)) {
    return fault('/causationDepth', 'an integer of 0 or more');
  }
  if (!isTextOrAbsent(value['traceparent'])) return fault('/traceparent', 'a string');
  if (!isTextOrAbsent(value['tracestate'])) return fault('/tracestate', 'a string');
  const { restoredRevision, originalTime } = value;
  if (restoredRevision !== undefined && !(typeof restoredRevision === 'string' && isDecimal(restoredRevision))) {
    return fault('/restoredRevision', 'a revision');
  }
  if (originalTime !== undefined && !Number.isFinite(originalTime)) return fault('/originalTime', 'a time');
  if (value['callbacks'] !== undefined && value['callbacks'] !== false) return fault('/callbacks', 'false');
  const wrongSource = source === undefined ? undefined : sourceFault(source);
  if (wrongSource !== undefined) return wrongSource;
  return requestKey === undefined ? undefined : requestKeyFault(requestKey);
};

const sourceFault = (value: unknown): DataFault | undefined => {
  if (!isRecord(value)) return fault('/source', 'an object');
  const { logId, id, version, origin, restoredRevision } = value;
  if (typeof logId !== 'string') return fault('/source/logId', 'a string');
  if (typeof id !== 'string') return fault('/source/id', 'a string');
  if (!isTextOrAbsent(version)) return fault('/source/version', 'a string');
  if (origin !== undefined && !isOrigin(origin)) return fault('/source/origin', `one of ${origins.join(', ')}`);
  if (restoredRevision !== undefined && !(typeof restoredRevision === 'string' && isDecimal(restoredRevision))) {
    return fault('/source/restoredRevision', 'a revision');
  }
  return undefined;
};

const requestKeyFault = (value: unknown): DataFault | undefined => {
  if (!isRecord(value)) return fault('/requestKey', 'an object');
  const { key, fingerprint, count, index } = value;
  if (typeof key !== 'string') return fault('/requestKey/key', 'a string');
  if (typeof fingerprint !== 'string') return fault('/requestKey/fingerprint', 'a string');
  if (!isCountValue(count)) return fault('/requestKey/count', 'an integer of 0 or more');
  if (!isCountValue(index) || index >= count) return fault('/requestKey/index', 'an integer from 0 to below count');
  return undefined;
};

const fault = (path: string, expected: string): DataFault => ({ path, expected });

const isCountValue = (value: unknown): value is number => typeof value === 'number' && isCount(value);
const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isOneOf = (values: ReadonlyArray<string>, value: unknown): boolean =>
  typeof value === 'string' && values.includes(value);

/**
 * When a change was made, in milliseconds since the Unix epoch: when it was recorded or, of an import, at the time that came
 * with it, unless that is later.
 *
 * @category destructors
 */
export const timeMade = ({ originalTime }: { readonly originalTime?: number }, recorded: number): number =>
  originalTime === undefined || originalTime > recorded ? recorded : originalTime;
