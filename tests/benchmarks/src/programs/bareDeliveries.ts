import type { LogWork, ProgramContext, RunningProgram } from '../Program.js';
import type { ReadFrom } from '@account-data/event-store';
import * as E from 'fp-ts/lib/Either.js';
import { openStore } from './openEngine.js';

const sliceSize = 1_000;

/**
 * The baseline of deliveries: a loop that reads the same events from the store and awaits two empty functions for
 * each. It keeps no progress, so that nothing it does survives it.
 */
export const bareDeliveries = async (work: LogWork, { folder, clock }: ProgramContext): Promise<RunningProgram> => {
  const store = await openStore(folder);
  let delivered = 0;
  const modules = [
    async (_event: unknown): Promise<void> => {
      delivered++;
    },
    async (_event: unknown): Promise<void> => {
      delivered++;
    },
  ];
  return {
    round: async () => {
      const start = clock.monotonic();
      delivered = 0;
      for (let after: ReadFrom = 'start', isEnd = false; !isEnd; ) {
        const slice: Awaited<ReturnType<ReturnType<typeof store.readAll>>> = await store.readAll({
          after,
          prefixes: ['account_data-'],
          limit: sliceSize,
        })();
        if (E.isLeft(slice)) throw new Error(slice.left.code);
        for (const event of slice.right.events) {
          for (const module of modules) await module(event);
        }
        after = slice.right.next;
        isEnd = slice.right.isEnd;
      }
      if (delivered !== work.events * 2) throw new Error(`${delivered} deliveries instead of ${work.events * 2}.`);
      const elapsed = clock.monotonic() - start;
      return { operations: delivered, value: (delivered / elapsed) * 1000 };
    },
    close: () => store.close(),
  };
};
