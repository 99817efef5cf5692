import { actorKey } from '../Actor.js';
import type { Revision } from '../Revision.js';
import type { KeyEffect } from './KeyEffect.js';
import { type RequestMetadata, recordedRequest } from './KeyedState.js';
import type { EntryView, RecordedRequest } from './KeyedView.js';

/** What an event that follows the head does to a key, and the request it belongs to. */
export interface KeyedChange<Room, Name> {
  readonly effect: KeyEffect<Room, Name>;
  readonly metadata: RequestMetadata;
}

/** A value and the length that the journal had before it. */
export interface Version<Value> {
  readonly at: number;
  readonly value: Value;
}

/** What a key holds after so many changes; undefined where none of them concerns it. */
export const lastWithin = <Value>(versions: ReadonlyArray<Version<Value>>, length: number): Value | undefined => {
  for (let i = versions.length - 1; i >= 0; i -= 1) {
    const version = versions[i] as Version<Value>;
    if (version.at < length) return version.value;
  }
  return undefined;
};

type Versions<Outer, Inner, Value> = Map<Outer, Map<Inner, Array<Version<Value>>>>;

/** Changes one after the other, by the keys and requests that they concern. It only grows. */
export class ChangeJournal<Room, Name> {
  readonly entries: Versions<Room, Name, EntryView> = new Map();
  readonly requests: Versions<string, string, RecordedRequest> = new Map();
  length = 0;

  add({ effect, metadata }: KeyedChange<Room, Name>, revision: Revision): void {
    const { roomId, name, content, deleted } = effect;
    push(this.entries, roomId, name, { at: this.length, value: { revision, content, deleted } });
    if (metadata.requestKey !== undefined) {
      const value = recordedRequest(metadata.requestKey, revision);
      push(this.requests, actorKey(metadata.actor), metadata.requestKey.key, { at: this.length, value });
    }
    this.length += 1;
  }
}

const push = <Outer, Inner, Value>(
  table: Versions<Outer, Inner, Value>,
  outer: Outer,
  inner: Inner,
  version: Version<Value>,
): void => {
  let row = table.get(outer);
  if (row === undefined) {
    row = new Map<Inner, Array<Version<Value>>>();
    table.set(outer, row);
  }
  const versions = row.get(inner);
  if (versions === undefined) row.set(inner, [version]);
  else versions.push(version);
};
