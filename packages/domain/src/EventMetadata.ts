/** Who asked for a change. `id` is a user ID, a service's name or a module's name. @category model */
export interface Actor {
  readonly kind: 'user' | 'service' | 'module' | 'admin';
  readonly id: string;
}

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

/**
 * Metadata of each event of ours. `$correlationId` and `$causationId` are EventStoreDB's own names.
 *
 * @category model
 */
export interface EventMetadata {
  readonly schemaVersion: number;
  readonly actor: Actor;
  /** Why, in the actor's words. */
  readonly reason?: string;
  readonly $correlationId: string;
  /** The id of the event that caused this one: set for changes made by a module's callback. */
  readonly $causationId?: string;
  /** How many callbacks stand between the first cause and this event; absent is 0. */
  readonly causationDepth?: number;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly origin: 'api' | 'import' | 'restore';
  /** For `restore`: the revision that was restored, as a decimal string. */
  readonly restoredRevision?: string;
  /** For `import`: when the change was made where it came from, in milliseconds since the Unix epoch. */
  readonly originalTime?: number;
  readonly requestKey?: RequestKeyMetadata;
}
