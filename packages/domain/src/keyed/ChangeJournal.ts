import { actorKey } from '../Actor.js';
import type { Revision } from '../Revision.js';
import { contentBytes } from './contentBytes.js';
import type { KeyEffect } from './KeyEffect.js';
import { type RequestMetadata, recordedRequest } from './KeyedState.js';
import type { EntryView, KeyedView, RecordedRequest } from './KeyedView.js';

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
  readonly #effects: Array<KeyEffect<Room, Name>> = [];
  /** How many bytes the first n changes add to those of the view below, from n = 0, as far as somebody asked. */
  readonly #bytesAdded: Array<number> = [0];

  add({ effect, metadata }: KeyedChange<Room, Name>, revision: Revision): void {
    const { roomId, name, content, deleted } = effect;
    push(this.entries, roomId, name, { at: this.length, value: { revision, content, deleted } });
    if (metadata.requestKey !== undefined) {
      const value = recordedRequest(metadata.requestKey, revision);
      push(this.requests, actorKey(metadata.actor), metadata.requestKey.key, { at: this.length, value });
    }
    this.#effects.push(effect);
    this.length += 1;
  }

  /** How many bytes the first `length` changes add to the contents of the view that all of them follow. */
  bytesAdded(base: KeyedView<Room, Name>, length: number): number {
    for (let at = this.#bytesAdded.length - 1; at < length; at += 1) {
      const effect = this.#effects[at] as KeyEffect<Room, Name>;
      const versions = this.entries.get(effect.roomId)?.get(effect.name);
      const before = (versions && lastWithin(versions, at)) ?? base.entry(effect.roomId, effect.name);
      this.#bytesAdded.push((this.#bytesAdded[at] as number) + contentBytes(effect) - contentBytes(before));
    }
    return this.#bytesAdded[length] as number;
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
