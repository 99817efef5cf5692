import type { AccountDataType, JsonObject, RoomId } from '@account-data/domain';
import type { Revision } from '@account-data/event-store';
import { type ContentDiff, contentDiff } from './contentDiff.js';

/** What a state has under one key. */
export interface StateEntry {
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly content: JsonObject;
  readonly revision: bigint;
  readonly deleted: boolean;
}

/** Which keys to compare. What is absent does not narrow. @category model */
export interface DiffFilter {
  /** Null: only global data. */
  readonly roomId?: string | null;
  readonly type?: string;
}

/** What became of one key. @category model */
export interface KeyDiff extends ContentDiff {
  readonly roomId: RoomId | null;
  readonly type: AccountDataType;
  readonly change: 'added' | 'removed' | 'changed';
  /** Null where there was none. */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** What changed of a user's account data between two moments. @category model */
export interface StateDiff {
  /** Of the states that were compared; `no-stream` before the first change. */
  readonly fromRevision: Revision | 'no-stream';
  readonly toRevision: Revision | 'no-stream';
  /** Ordered by room and type. */
  readonly changes: ReadonlyArray<KeyDiff>;
}

const keyOf = ({ roomId, type }: StateEntry): string => JSON.stringify([roomId ?? '', type]);

/** What belongs to no room first. */
const inOrder = (a: StateEntry, b: StateEntry): number => compare(a.roomId ?? '', b.roomId ?? '') || compare(a.type, b.type);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

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
  const keys = [...all].sort(([, a], [, b]) => inOrder(a, b)).map(([key]) => key);
  return keys.flatMap((key): ReadonlyArray<KeyDiff> => {
    const was = old.get(key);
    const is = current.get(key);
    const entry = is ?? was;
    if (entry === undefined || was?.revision === is?.revision) return [];
    const diff = contentDiff(was?.content ?? null, is?.content ?? null);
    if (was !== undefined && is !== undefined && diff.patch.length === 0) return [];
    return [
      {
        roomId: entry.roomId,
        type: entry.type,
        change: was === undefined ? 'added' : is === undefined ? 'removed' : 'changed',
        before: was?.content ?? null,
        after: is?.content ?? null,
        ...diff,
      },
    ];
  });
};
