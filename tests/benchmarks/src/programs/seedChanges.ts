import type { AccountDataEngine } from '@account-data/engine';
import type { LogWork } from '../Program.js';
import { contentOf, typeOf, userOf } from '../workload.js';

const inFlight = 2_000;

/**
 * Fills a log with changes through the engine, in the scattered order of {@link userOf}: the first change of every
 * user, then the second one of every user, and so on.
 */
export const seedChanges = async (engine: AccountDataEngine, { events, users, types }: LogWork): Promise<void> => {
  let n = 0;
  const lane = async (): Promise<void> => {
    while (n < events) {
      const mine = n++;
      const type = typeOf(Math.floor(mine / users), types);
      await engine.setAccountData(userOf(mine, users), null, type, contentOf(mine), { await: 'appended' });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
};
