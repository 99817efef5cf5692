import type { ExpectedRevision, ProposedEvent } from '@account-data/event-store';
import type { RecentIds } from './recentIds.js';
import type { StreamState } from '../layout/StreamState.js';

/** What an append comes to. `repeated`: all of it was appended before, from that revision on. */
export type AppendDecision =
  | { readonly _tag: 'Append' }
  | { readonly _tag: 'Repeated'; readonly first: number }
  | { readonly _tag: 'Conflict' }
  | { readonly _tag: 'Tombstoned' };

const append: AppendDecision = { _tag: 'Append' };
const conflict: AppendDecision = { _tag: 'Conflict' };
const tombstoned: AppendDecision = { _tag: 'Tombstoned' };

const decideAny = (stream: string, events: ReadonlyArray<ProposedEvent>, ids: RecentIds): AppendDecision => {
  const first = ids.find(events[0]?.id ?? '');
  if (first?.stream !== stream) return append;
  return events.every(({ id }) => ids.find(id)?.stream === stream) ? { _tag: 'Repeated', first: first.revision } : conflict;
};

/**
 * Holds an append against its stream, as EventStoreDB documents it ("Optimistic concurrency and idempotence"): events with
 * the same ids from the expected revision on were appended before; some of them, or others, are a conflict.
 */
export const decideAppend = (
  stream: string,
  state: StreamState | undefined,
  events: ReadonlyArray<ProposedEvent>,
  expected: ExpectedRevision,
  ids: RecentIds,
  idAt: (state: StreamState, revision: number) => string | undefined,
): AppendDecision => {
  if (state !== undefined && state.tombstone !== 'none') return tombstoned;
  if (expected === 'any') return decideAny(stream, events, ids);
  const wanted = expected === 'no-stream' ? -1 : Number(expected);
  const head = state?.head ?? -1;
  if (wanted === head) return append;
  if (state === undefined || wanted > head || wanted + events.length > head) return conflict;
  const isRepeated = events.every(({ id }, index) => idAt(state, wanted + 1 + index) === id);
  return isRepeated ? { _tag: 'Repeated', first: wanted + 1 } : conflict;
};
