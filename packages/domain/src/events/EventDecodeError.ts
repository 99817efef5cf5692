/** An event of a type that this version does not know. Not ours, or newer than we are. @category errors */
export interface UnknownEventType {
  readonly _tag: 'UnknownEventType';
  readonly code: 'unknown_event_type';
  readonly type: string;
  readonly message: string;
}

/**
 * An event of ours, written by a newer version of this software. Stop: to skip it would give a wrong state. Upgrade
 * readers before writers.
 *
 * @category errors
 */
export interface NewerSchemaVersion {
  readonly _tag: 'NewerSchemaVersion';
  readonly code: 'newer_schema_version';
  readonly type: string;
  readonly version: number;
  /** The newest that can be read here. */
  readonly supported: number;
  readonly message: string;
}

/** An event of a known type that is not what it should be. `path` is a JSON pointer into `{ data, metadata }`. @category errors */
export interface CorruptEvent {
  readonly _tag: 'CorruptEvent';
  readonly code: 'corrupt_event';
  readonly type: string;
  readonly path: string;
  readonly expected: string;
  readonly message: string;
}

/** Why a stored event can't be read by this version. @category errors */
export type EventDecodeError = UnknownEventType | NewerSchemaVersion | CorruptEvent;

/** An event of a type that this version has no codec for: somebody else's, or a later version's. @category constructors */
export const unknownEventType = (type: string): UnknownEventType => ({
  _tag: 'UnknownEventType',
  code: 'unknown_event_type',
  type,
  message: `No event type of this version is called ${JSON.stringify(type)}.`,
});

/** An event that a later version wrote: readers are upgraded before writers. @category constructors */
export const newerSchemaVersion = (type: string, version: number, supported: number): NewerSchemaVersion => ({
  _tag: 'NewerSchemaVersion',
  code: 'newer_schema_version',
  type,
  version,
  supported,
  message: `${type} has schema version ${version}; this program reads up to ${supported}. Upgrade it before the writers.`,
});

/**
 * An event that is not what its type and schema version say. `path` is a JSON pointer; the value is never repeated.
 *
 * @category constructors
 */
export const corruptEvent = (type: string, path: string, expected: string): CorruptEvent => ({
  _tag: 'CorruptEvent',
  code: 'corrupt_event',
  type,
  path,
  expected,
  message: `${type}: expected ${expected} at ${path}.`,
});
