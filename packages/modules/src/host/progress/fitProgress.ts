import { earliest, type ReadFrom } from '@account-data/event-store';
import { heldBytesOf } from './heldBytes.js';
import type { GroupProgress, ModuleCheckpoint } from './ModuleProgress.js';

/** Progress that can be written, and the modules of which it says less than is known. */
export interface FittedProgress {
  readonly progress: GroupProgress;
  readonly widened: ReadonlyArray<string>;
}

/**
 * Progress whose held users take up so many bytes at most. Where they are too many, the modules that hold most of them
 * say instead that nothing is handled from the earliest of them on: true enough, and after a crash they hear again what
 * came since. A caller keeps this from being needed; that progress can't be written would end delivery.
 */
export const fitProgress = (progress: GroupProgress, maxBytes: number): FittedProgress => {
  const sizes = Object.entries(progress.modules).map(([name, checkpoint]) => ({ name, bytes: heldBytesOf(checkpoint) }));
  let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const widened = new Set<string>();
  for (const { name, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
    if (total <= maxBytes) break;
    total -= bytes;
    widened.add(name);
  }
  if (widened.size === 0) return { progress, widened: [] };
  const modules = Object.fromEntries(
    Object.entries(progress.modules).map(([name, checkpoint]) => [name, widened.has(name) ? widen(checkpoint) : checkpoint]),
  );
  return { progress: { ...progress, modules }, widened: [...widened] };
};

const widen = (checkpoint: ModuleCheckpoint): ModuleCheckpoint => ({
  ...checkpoint,
  low: checkpoint.held.reduce<ReadFrom>((low, { after }) => earliest(low, after), checkpoint.low),
  held: [],
});
