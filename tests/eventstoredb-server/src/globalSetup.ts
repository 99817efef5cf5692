import { beginRun, realServer } from './index.js';

/** Removes the streams of the run when it is over. */
export const setup = async (): Promise<() => Promise<void>> => {
  const streams = await beginRun(realServer());
  return async () => {
    const { tombstoned, readable } = await streams.remove();
    process.stdout.write(`${tombstoned} streams of this run tombstoned, ${readable.length} of them still readable.\n`);
    if (readable.length > 0) throw new Error(`These streams of this run can still be read: ${readable.slice(0, 5).join(', ')}`);
  };
};
