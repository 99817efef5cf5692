import type { StoredIndex } from './StoredIndex.js';
import { chunkSize } from './StreamRecord.js';
import { recentFrom, type StreamState } from './StreamState.js';

const chunkOf = (index: StoredIndex, state: StreamState, number: number): ReadonlyArray<number> =>
  state.sealed?.get(number) ?? index.chunk(state.name, number);

/** The positions of the revisions from one to another, both inclusive. */
export const streamPositions = (
  index: StoredIndex,
  state: StreamState,
  from: number,
  to: number,
): ReadonlyArray<number> => {
  const positions: Array<number> = [];
  const recent = recentFrom(state);
  let revision = from;
  while (revision <= to) {
    const number = Math.floor(revision / chunkSize);
    const chunk = revision >= recent ? state.recent : chunkOf(index, state, number);
    const start = revision >= recent ? recent : number * chunkSize;
    const end = Math.min(to + 1, start + chunk.length);
    if (end <= revision) break;
    for (; revision < end; revision += 1) positions.push(chunk[revision - start] ?? 0);
  }
  return positions;
};
