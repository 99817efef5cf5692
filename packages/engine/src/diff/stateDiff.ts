import type { AccountDataType, JsonObject, KeyDiff, RoomId } from '@account-data/domain';
import type { Revision } from '@account-data/event-store';
import { compareEntries } from '@account-data/projection';
import { type Comparisons, comparisons, comparisonsOfAnswer, comparisonsOfContent, portionOf } from './Comparisons.js';
import { contentDiff } from './contentDiff.js';

export type { KeyDiff } from '@account-data/domain';

/** What a state has under one key. */
export interface StateEntry {
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly content: JsonObject;
  readonly revision: Revision;
  readonly deleted: boolean;
}

/** Which keys to compare. What is absent does not narrow. @category model */
export interface DiffFilter {
  /** Null: only global data. */
  readonly roomId?: string | null;
  readonly type?: string;
}

/** What changed of a user's account data between two moments. @category model */
export interface StateDiff {
  /** Of the states that were compared; `no-stream` before the first change. */
  readonly fromRevision: Revision | 'no-stream';
  readonly toRevision: Revision | 'no-stream';
  /** Ordered by room and type. */
  readonly changes: ReadonlyArray<KeyDiff>;
}

/** A name for a key that no other has. */
export const keyOf = ({ roomId, type }: { readonly roomId: string | null; readonly type: string }): string => JSON.stringify([roomId ?? '', type]);

/** What became of one key; undefined where nothing did. Deleted entries are none. */
export const keyDiff = (was: StateEntry | undefined, is: StateEntry | undefined, budget: Comparisons): KeyDiff | undefined => {
  const entry = is ?? was;
  if (entry === undefined || was?.revision === is?.revision) return undefined;
  const diff = contentDiff(was?.content ?? null, is?.content ?? null, portionOf(budget, comparisonsOfContent));
  if (was !== undefined && is !== undefined && diff.patch.length === 0) return undefined;
  return {
    roomId: entry.roomId,
    type: entry.type,
    change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
    before: was?.content ?? null,
    after: is?.content ?? null,
    ...diff,
  };
};

/** Compares two states of one user, key by key. Deleted keys are none. @category combinators */
export const diffStates = (
  before: ReadonlyArray<StateEntry>,
  after: ReadonlyArray<StateEntry>,
  filter: DiffFilter = {},
): ReadonlyArray<KeyDiff> => {
  const wanted = ({ roomId, type, deleted }: StateEntry): boolean =>
    !deleted && (filter.roomId === undefined || roomId === filter.roomId) && (filter.type === undefined || type === filter.type);
  const old = new Map(before.filter(wanted).map((entry) => [keyOf(entry), entry]));
  const current = new Map(after.filter(wanted).map((entry) => [keyOf(entry), entry]));
  const all = new Map([...old, ...current]);
  const keys = [...all].sort(([, a], [, b]) => compareEntries(a, b)).map(([key]) => key);
  const budget = comparisons(comparisonsOfAnswer);
  return keys.flatMap((key) => keyDiff(old.get(key), current.get(key), budget) ?? []);
};
