import { actorKey } from '../Actor.js';
import type { Revision } from '../Revision.js';
import { contentBytes } from './contentBytes.js';
import { type KeyEffect, liveKeysAdded } from './KeyEffect.js';
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
  readonly #bytesAdded = new RunningSum();
  readonly #keysAdded = new RunningSum();

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
    return this.#bytesAdded.upTo(length, (at) => contentBytes(this.#effects[at]) - contentBytes(this.#before(base, at)));
  }

  /** How many live keys the first `length` changes add to those of the view that all of them follow. */
  keysAdded(base: KeyedView<Room, Name>, length: number): number {
    return this.#keysAdded.upTo(length, (at) => {
      const before = this.#before(base, at);
      return liveKeysAdded(before !== undefined && !before.deleted, this.#effects[at]?.deleted === true);
    });
  }

  /** What the key of a change held before it. */
  #before(base: KeyedView<Room, Name>, at: number): EntryView | undefined {
    const { roomId, name } = this.#effects[at] as KeyEffect<Room, Name>;
    const versions = this.entries.get(roomId)?.get(name);
    return (versions && lastWithin(versions, at)) ?? base.entry(roomId, name);
  }
}

/** The sums of what the first n changes add, from n = 0, as far as somebody asked: each change is looked at once. */
class RunningSum {
  readonly #sums: Array<number> = [0];

  upTo(length: number, added: (at: number) => number): number {
    for (let at = this.#sums.length - 1; at < length; at += 1) this.#sums.push((this.#sums[at] as number) + added(at));
    return this.#sums[length] as number;
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
