import type { Environment } from './Environment.js';
import { chunkKey, chunkSize, decodeChunk } from './StreamRecord.js';
import { recentFrom, type StreamState } from './StreamState.js';

const chunkOf = (chunks: Environment['chunks'], state: StreamState, number: number): ReadonlyArray<number> => {
  const sealed = state.sealed.get(number);
  if (sealed !== undefined) return sealed;
  const stored = chunks.get(chunkKey(state.name, number));
  if (stored === undefined) throw new Error(`The index lacks chunk ${number} of stream ${state.name}.`);
  return decodeChunk(stored);
};

/** The positions of the revisions from one to another, both inclusive. */
export const streamPositions = (
  chunks: Environment['chunks'],
  state: StreamState,
  from: number,
  to: number,
): ReadonlyArray<number> => {
  const positions: Array<number> = [];
  const recent = recentFrom(state);
  let revision = from;
  while (revision <= to) {
    const number = Math.floor(revision / chunkSize);
    const chunk = revision >= recent ? state.recent : chunkOf(chunks, state, number);
    const start = revision >= recent ? recent : number * chunkSize;
    const end = Math.min(to + 1, start + chunk.length);
    if (end <= revision) break;
    for (; revision < end; revision += 1) positions.push(chunk[revision - start] ?? 0);
  }
  return positions;
};
